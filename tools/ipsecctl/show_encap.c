// SPDX-License-Identifier: GPL-2.0
#include "show.h"
#include "addr.h"
#include "out.h"

#include <sys/socket.h>

static void address(const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];

	if (addr->family != AF_UNSPEC)
		out_string(key, addr_format(addr, text));
}

static void ports(const struct encap *encap)
{
	out_object_open("encap");
	out_text(" encap");
	if (encap->sport)
		out_text(" %u", encap->sport);
	else
		out_text(" any");
	out_text(" %u", encap->dport);
	out_json_number("sport", encap->sport);
	out_json_number("dport", encap->dport);
	out_object_close();
}

/**
 * show_encap() - what an SA says of UDP encapsulation
 * @encap: the settings; nothing is shown without ports
 */
void show_encap(const struct encap *encap)
{
	if (!encap->dport)
		return;
	ports(encap);
	if (encap->keepalive)
		out_number("keepalive", encap->keepalive);
	if (encap->follow) {
		out_text(" follow");
		out_json_bool("follow", true);
	}
	address("original-src", &encap->original_src);
	address("original-dst", &encap->original_dst);
}

/**
 * show_peer() - where the peer is, in a comment
 * @what: the word in front
 * @key: of the address in JSON
 * @port_key: of the port in JSON
 * @peer: its address; nothing is shown if there is none
 * @port: its UDP port, 0 is not known
 */
void show_peer(const char *what, const char *key, const char *port_key,
	       const struct addr *peer, uint16_t port)
{
	char text[ADDR_TEXT_MAX];

	if (peer->family == AF_UNSPEC)
		return;
	addr_format(peer, text);
	out_text("%s %s port %u", what, text, port);
	out_json_string(key, text);
	out_json_number(port_key, port);
}
