#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# plot.sh JSON SVG: the costs of AES-GCM-128 over IPv4 and of policies on ports, as
# report.py wrote them, drawn by gnuplot.
set -eu

json=$1 svg=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

net() { # row: lines of column and cost
	jq -r --arg row "$1" '.rows[] | select(.row == $row) | "\(.column) \(.net)"' \
		"$json" | sort -n >"$dir/$1"
	[ -s "$dir/$1" ] || echo "0 0" >"$dir/$1"
}

title=$(jq -r '"ipsec.ko \(.commit)\(if .changed then " with changes" else "" end), \(.date)"' "$json")
for act in encrypt decrypt; do
	for whose in xfrm offload ours; do
		net "$whose-$act-gcm-v4"
	done
done
for row in plain-v4 cipher-gcm {xfrm,ours}-policies-ports-{hit,miss}; do
	net "$row"
done

gnuplot <<X
set terminal svg size 900,720 font "sans,11" noenhanced background "white"
set output "$svg"
set multiplot layout 2,2 title "$title: instructions per packet, without the generator"
set style data linespoints
set key below
set grid ytics
set yrange [0:*]
set xlabel "bytes of the frame"
set title "AES-GCM-128, IPv4: gateway that encrypts"
plot "$dir/xfrm-encrypt-gcm-v4" title "xfrm", "$dir/offload-encrypt-gcm-v4" title "xfrm, esp_offload", \
	"$dir/ours-encrypt-gcm-v4" title "ipsec.ko", "$dir/plain-v4" title "plain forwarding", \
	"$dir/cipher-gcm" title "the algorithm alone"
set title "AES-GCM-128, IPv4: gateway that decrypts"
plot "$dir/xfrm-decrypt-gcm-v4" title "xfrm", "$dir/offload-decrypt-gcm-v4" title "xfrm, esp_offload", \
	"$dir/ours-decrypt-gcm-v4" title "ipsec.ko", "$dir/plain-v4" title "plain forwarding", \
	"$dir/cipher-gcm" title "the algorithm alone"
set logscale xy
set yrange [1000:*]
set xlabel "policies on ports"
set title "many policies, one flow"
plot "$dir/xfrm-policies-ports-hit" title "xfrm", "$dir/ours-policies-ports-hit" title "ipsec.ko"
set title "many policies, other flows"
plot "$dir/xfrm-policies-ports-miss" title "xfrm", "$dir/ours-policies-ports-miss" title "ipsec.ko"
unset multiplot
X
# What is the same in each run, so that it can be kept
sed -i 's/[[:space:]]*$//' "$svg"
