# SPDX-License-Identifier: GPL-2.0
#
# Lines "WHAT SIZE INSTRUCTIONS" to a table: medians, without the generator,
# and ratios. A hop over veth is what two plain hops cost more than twice one;
# the decrypting gateway is the pair without the encrypting one and the hop.

function median(what, size,	n, i, j, t, v) {
	n = count[what, size]
	for (i = 1; i <= n; i++)
		v[i] = value[what, size, i]
	for (i = 1; i <= n; i++)
		for (j = i + 1; j <= n; j++)
			if (v[j] < v[i]) {
				t = v[i]; v[i] = v[j]; v[j] = t
			}
	return v[int((n + 1) / 2)]
}

function net(what, size) {
	return median(what, size) - median("generator", size)
}

function decrypt(who, size,	hop) {
	hop = net("plain-pair", size) - 2 * net("plain", size)
	return net(who "-pair", size) - net(who "-encrypt", size) - hop
}

function row(name, a, b, c,	x, y, z) {
	printf "%-34s %8d %8d %8d\n", name, a, b, c
}

function ratio(name, a, b, c) {
	printf "%-34s %8.2f %8.2f %8.2f\n", name, a, b, c
}

{
	n = ++count[$1, $2]
	value[$1, $2, n] = $3
	lo = $3 < min[$1, $2] || n == 1 ? $3 : min[$1, $2]
	hi = $3 > max[$1, $2] || n == 1 ? $3 : max[$1, $2]
	min[$1, $2] = lo
	max[$1, $2] = hi
	if (lo > 0 && (hi - lo) / lo > spread) {
		spread = (hi - lo) / lo
		widest = $1 " " $2
	}
}

END {
	S = 64; M = 512; L = 1400
	print "Instructions per packet, AES-GCM-128 tunnel over IPv4, without the generator"
	printf "%-34s %8s %8s %8s\n", "frame", S " B", M " B", L " B"
	row("plain forwarding", net("plain", S), net("plain", M), net("plain", L))
	row("encrypt gateway, kernel (xfrm)", net("xfrm-encrypt", S), net("xfrm-encrypt", M), net("xfrm-encrypt", L))
	row("encrypt gateway, ipsec.ko", net("ours-encrypt", S), net("ours-encrypt", M), net("ours-encrypt", L))
	row("decrypt gateway, kernel (xfrm)", decrypt("xfrm", S), decrypt("xfrm", M), decrypt("xfrm", L))
	row("decrypt gateway, ipsec.ko", decrypt("ours", S), decrypt("ours", M), decrypt("ours", L))
	print "Ratios"
	ratio("encrypt, xfrm to ipsec.ko", net("xfrm-encrypt", S) / net("ours-encrypt", S), net("xfrm-encrypt", M) / net("ours-encrypt", M), net("xfrm-encrypt", L) / net("ours-encrypt", L))
	ratio("decrypt, xfrm to ipsec.ko", decrypt("xfrm", S) / decrypt("ours", S), decrypt("xfrm", M) / decrypt("ours", M), decrypt("xfrm", L) / decrypt("ours", L))
	ratio("encrypt, ipsec.ko to plain", net("ours-encrypt", S) / net("plain", S), net("ours-encrypt", M) / net("plain", M), net("ours-encrypt", L) / net("plain", L))
	printf "Widest spread of the rounds of one row: %.2f %% (%s)\n", 100 * spread, widest
}
