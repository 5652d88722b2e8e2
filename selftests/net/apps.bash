# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Real programs, as they come with Debian, between two hosts. For apps_*.sh,
# which say which hosts these are:
#
#   CLIENT, SERVER    namespaces where the programs run
#   LEFT, RIGHT       namespaces that protect what they say
#   CLIENT4, SERVER4, CLIENT6, SERVER6    addresses
#
# On SERVER: nginx (80, 443), sshd (22), dovecot (POP3, 110) and a small mail
# server of ours (SMTP, 25); on CLIENT: sshd; the clients are curl, ssh and scp.

MEGABYTES=20
# What a listener would like to read. The name is in the certificate, which
# TLS 1.2 sends in clear.
PAGE='the page that all may see' PASSWORD='secret-of-bob' LETTER='dear bob, we met'
NAME=www.apps.example BANNER=SSH-2.0-OpenSSH
MARKS=("$PAGE" "$PASSWORD" "$LETTER" "$NAME" "$BANNER")

listening() { # namespace port...
	local port sockets

	sockets=$(on "$1" ss -Hltn) || return
	for port in "${@:2}"; do
		grep -q ":$port " <<<"$sockets" || return
	done
}

# ---- servers

setup_files() {
	mkdir "$TMP/www" "$TMP/got"
	head -c ${MEGABYTES}M /dev/urandom >"$TMP/www/bulk"
	echo "$PAGE" >"$TMP/www/page"
	HASH=$(sha256sum <"$TMP/www/bulk")
	need openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		-nodes -days 2 -subj "/CN=$NAME" \
		-addext "subjectAltName=DNS:$NAME" -keyout "$TMP/tls.key" \
		-out "$TMP/tls.crt" 2>"$TMP/openssl.err"
	need ssh-keygen -q -t ed25519 -N '' -C '' -f "$TMP/host"
	need ssh-keygen -q -t ed25519 -N '' -C '' -f "$TMP/user"
	echo "apps $(cat "$TMP/host.pub")" >"$TMP/known_hosts"
}

start_nginx() {
	cat >"$TMP/nginx.conf" <<-X
	daemon off;
	user root;
	worker_processes 1;
	pid $TMP/nginx.pid;
	error_log $TMP/nginx.err;
	events {
	}
	http {
		access_log off;
		sendfile on;
		client_body_temp_path $TMP/nginx-body;
		proxy_temp_path $TMP/nginx-proxy;
		fastcgi_temp_path $TMP/nginx-fastcgi;
		uwsgi_temp_path $TMP/nginx-uwsgi;
		scgi_temp_path $TMP/nginx-scgi;
		ssl_certificate $TMP/tls.crt;
		ssl_certificate_key $TMP/tls.key;
		ssl_protocols TLSv1.2 TLSv1.3;
		server {
			listen 80;
			listen [::]:80;
			listen 443 ssl;
			listen [::]:443 ssl;
			server_name $NAME;
			root $TMP/www;
		}
	}
	X
	on_background "$SERVER" nginx -c "$TMP/nginx.conf" -e "$TMP/nginx.err" \
		>"$TMP/nginx.out" 2>&1
}

start_sshd() { # namespace
	on_background "$1" /usr/sbin/sshd -D -e -f "$TMP/sshd_config" \
		-o "PidFile $TMP/sshd-$1.pid" 2>"$TMP/sshd-$1.err"
}

setup_ssh() {
	# Where sshd puts its unprivileged half; services make it when they
	# start.
	mkdir -p /run/sshd
	cat >"$TMP/sshd_config" <<-X
	HostKey $TMP/host
	AuthorizedKeysFile $TMP/user.pub
	StrictModes no
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM yes
	PrintMotd no
	UseDNS no
	Subsystem sftp internal-sftp
	X
	cat >"$TMP/ssh_config" <<-X
	Host *
	User root
	IdentityFile $TMP/user
	IdentitiesOnly yes
	HostKeyAlias apps
	UserKnownHostsFile $TMP/known_hosts
	GlobalKnownHostsFile none
	StrictHostKeyChecking yes
	BatchMode yes
	ExitOnForwardFailure yes
	ConnectTimeout 30
	X
}

start_mail() {
	# Dovecot's processes are not root's
	chmod 711 "$TMP"
	mkdir -p "$TMP/mail"/{new,cur,tmp}
	chown -R nobody:nogroup "$TMP/mail"
	cat >"$TMP/dovecot.conf" <<-X
	protocols = pop3
	base_dir = $TMP/dovecot
	state_dir = $TMP/dovecot
	log_path = /dev/stderr
	listen = *, ::
	ssl = no
	disable_plaintext_auth = no
	mail_location = maildir:$TMP/mail
	passdb {
	  driver = static
	  args = password=$PASSWORD
	}
	userdb {
	  driver = static
	  args = uid=nobody gid=nogroup home=$TMP/mail
	}
	service pop3-login {
	  inet_listener pop3s {
	    port = 0
	  }
	}
	X
	on_background "$SERVER" dovecot -F -c "$TMP/dovecot.conf" \
		2>"$TMP/dovecot.err"
	on_background "$SERVER" "$LIB/apps_smtp.py" "$TMP/mail" \
		2>"$TMP/smtp.err"
}

# Says what a program had to say if it does not come up.
servers_up() {
	wait_for 60 listening "$SERVER" 22 25 80 110 443 &&
		wait_for 60 listening "$CLIENT" 22 && return
	tail -n 3 "$TMP"/{nginx,sshd-*,dovecot,smtp}.err | sed 's/^/# /'
	return 1
}

start_servers() {
	setup_files
	setup_ssh
	start_nginx
	start_sshd "$SERVER"
	start_sshd "$CLIENT"
	start_mail
	need servers_up
}

# ---- clients

at() { # address: as in a URL
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

get() { # address URL [argument of curl...]
	on "$CLIENT" curl -sS --noproxy '*' -m 90 --cacert "$TMP/tls.crt" \
		--resolve "$NAME:80:$(at "$1")" \
		--resolve "$NAME:443:$(at "$1")" "${@:2}"
}

get_bulk() { # address URL [argument of curl...]
	get "$@" -o "$TMP/got/bulk" && is_bulk "$TMP/got/bulk"
}

is_bulk() { # file
	[ "$(sha256sum <"$1")" = "$HASH" ]
}

get_page() { # address URL [argument of curl...]
	[ "$(get "$@")" = "$PAGE" ]
}

ssh_from() { # namespace argument of ssh...
	on "$1" ssh -F "$TMP/ssh_config" "${@:2}"
}

# What the server thinks the connection is
login() { # client-address server-address
	local said

	# shellcheck disable=SC2016 # for the shell on the server
	said=$(ssh_from "$CLIENT" "$2" 'echo "$USER $SSH_CONNECTION"') || return
	[[ $said =~ ^"root $1 "[0-9]+" $2 22"$ ]] || { echo "$said"; return 1; }
}

copy() { # server-address
	rm -f "$TMP/got/copy"
	on "$CLIENT" scp -q -F "$TMP/ssh_config" "$TMP/www/bulk" \
		"$(at "$1"):$TMP/got/copy" && is_bulk "$TMP/got/copy"
}

send_letter() { # server-address number
	printf '%s\r\n' 'From: alice@mail.example' 'To: bob@mail.example' \
		"Subject: letter $2" '' "$LETTER ($2)" >"$TMP/letter"
	get "$1" "smtp://$(at "$1")/h1.example" -T "$TMP/letter" \
		--mail-from alice@mail.example --mail-rcpt bob@mail.example
}

# The newest letter, by whatever way leads to the POP3 server
fetch_letter() { # host number [port]
	local list count

	list=$(get "$1" -u "bob:$PASSWORD" "pop3://$(at "$1"):${3-110}") || return
	count=$(grep -c . <<<"$list")
	get "$1" -u "bob:$PASSWORD" "pop3://$(at "$1"):${3-110}/$count" |
		grep -qF "$LETTER ($2)"
}

# curl encodes the password where it can; others send it as it is.
type_pop3() { # host
	printf '%s\r\n' 'USER bob' "PASS $PASSWORD" STAT QUIT |
		on "$CLIENT" nc -w 30 "$1" 110 >"$TMP/typed" &&
		[ "$(grep -c '^+OK' "$TMP/typed")" = 5 ]
}

# Port 110 of the server becomes a port of the client: by a tunnel that the
# client digs (ssh -L) and by one that the server digs (ssh -R).
fetch_through() { # number port namespace argument of ssh...
	local status

	on_background "$3" ssh -F "$TMP/ssh_config" -N "${@:4}"
	wait_for 40 listening "$CLIENT" "$2" && fetch_letter 127.0.0.1 "$1" "$2"
	status=$?
	kill "${JOBS[-1]}"
	wait "${JOBS[-1]}"
	unset 'JOBS[-1]'
	return $status
}

# ---- results

BULK_RESULTS=4
bulk() {
	try "v4: HTTPS, TLS 1.2, $MEGABYTES MB" get_bulk "$SERVER4" \
		"https://$NAME/bulk" --tlsv1.2 --tls-max 1.2
	try "v4: HTTPS, TLS 1.3, $MEGABYTES MB" get_bulk "$SERVER4" \
		"https://$NAME/bulk" --tlsv1.3
	try "v4: scp, $MEGABYTES MB" copy "$SERVER4"
	try "v6: HTTP, $MEGABYTES MB" get_bulk "$SERVER6" "http://$NAME/bulk"
}

SMALL_RESULTS=9
small() { # v4|v6 client-address server-address
	try "$1: HTTP" get_page "$3" "http://$NAME/page"
	try "$1: HTTPS, TLS 1.2" \
		get_page "$3" "https://$NAME/page" --tls-max 1.2
	try "$1: HTTPS, TLS 1.3" \
		get_page "$3" "https://$NAME/page" --tlsv1.3
	try "$1: SMTP" send_letter "$3" "$1"
	try "$1: POP3" fetch_letter "$3" "$1"
	try "$1: POP3, typed by hand" type_pop3 "$3"
	try "$1: ssh, login with a key" login "$2" "$3"
	try "$1: ssh -L, the client's port 1110 is the server's 110" \
		fetch_through "$1" 1110 "$CLIENT" -L 1110:localhost:110 "$3"
	try "$1: ssh -R, the client's port 1111 is the server's 110" \
		fetch_through "$1" 1111 "$SERVER" -R 1111:localhost:110 "$2"
}

# The last packets of a connection must not be the first that are protected,
# before anybody counts.
connections_ended() {
	local ns sockets

	for ns in "$CLIENT" "$SERVER"; do
		sockets=$(on "$ns" ss -Htn state connected exclude time-wait) ||
			return
		[ -z "$sockets" ] || return
	done
}

# w counts by itself what passes it: a capture of that many bytes would lose
# some.
count_wire() {
	need nft_load w <<-X
	table inet t {
		counter protected { }
		counter clear { }
		chain forward {
			type filter hook forward priority 0;
			meta l4proto esp counter name protected accept
			counter name clear
		}
	}
	X
}

wire_counter() { # name
	on w nft -j list counter inet t "$1" |
		jq '.nftables[] | .counter // empty | .packets'
}

packets_of() { # namespace: of all SAs
	ctl "$1" sa show -j | jq '[.sas[].packets] | add'
}

# Each SA is there twice, where it protects and where it verifies
counters_agree() {
	AGREE="$(wire_counter protected) $(packets_of "$LEFT") $(packets_of "$RIGHT")"
	[[ $AGREE =~ ^([1-9][0-9]*)\ ([0-9]+)\ ([0-9]+)$ ]] &&
		[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ] &&
		[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[3]}" ]
}

expect_agreement() { # what
	if wait_for 20 counters_agree; then
		pass "$1"
	else
		fail "$1" "on the wire, of the SAs of $LEFT and $RIGHT: $AGREE"
	fi
}

# shellcheck disable=SC2034 # for the scripts
APPS_RESULTS=$((3 * SMALL_RESULTS + BULK_RESULTS + 2 * ${#MARKS[@]} + 7))

# Everything; the configuration for LEFT and RIGHT is in FILE-left and
# FILE-right.
apps() { # FILE
	local mark

	start_servers
	# Without a policy the programs work and the marks are found
	capture_start
	small clear "$CLIENT4" "$SERVER4"
	capture_stop
	for mark in "${MARKS[@]}"; do
		try "without a policy '$mark' is on the wire" wire_has "$mark"
	done
	need wait_for 60 connections_ended

	try "the configuration is loaded at $LEFT" ctl "$LEFT" load "$1-left"
	try "the configuration is loaded at $RIGHT" ctl "$RIGHT" load "$1-right"
	need stats_mark "$LEFT"
	need stats_mark "$RIGHT"
	count_wire
	capture_start
	small v4 "$CLIENT4" "$SERVER4"
	small v6 "$CLIENT6" "$SERVER6"
	capture_stop
	for mark in "${MARKS[@]}"; do
		try "'$mark' is not on the wire" wire_has_no "$mark"
	done
	bulk
	# nginx sends pages of this file itself, which nobody may encrypt
	try "the file that was sent is what it was" is_bulk "$TMP/www/bulk"
	expect_agreement "ESP on the wire, and in the counters of both ends"
	expect_nft "nothing else went from one side to the other" w \
		"protected=${AGREE%% *}"
	expect_stats "nothing was dropped at $LEFT" "$LEFT" ""
	expect_stats "nothing was dropped at $RIGHT" "$RIGHT" ""
}
