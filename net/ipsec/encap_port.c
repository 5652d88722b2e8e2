// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: UDP ports that ESP comes in by (RFC 3948 2.1)
 *
 * ESP in UDP shares its port with IKE, and whoever owns the port gets the
 * datagrams first. An inbound SA with UDP encapsulation asks for its port:
 *
 * - Nobody has it: it is bound by a socket of ours, which lives as long as such
 *   SAs do. Who wants to bind it meanwhile hears EADDRINUSE.
 * - A socket has it that was told so with the option UDP_ENCAP, as IKE daemons
 *   do: the kernel takes ESP and keepalives out of it before the daemon sees
 *   them. If the daemon ends, nobody receives; the next SA that is added for
 *   the port tries again.
 * - A socket has it that was not: the SA is refused. ESP would go to a program
 *   that does not expect it, and around the SPD.
 *
 * In the first two cases ESP comes to our handlers by xfrm4_udp_encap_rcv() or
 * its sibling, where the kernel's own IPsec can have its packets, too.
 */
#include "encap_port.h"

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/net.h>
#include <linux/sockptr.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/sock.h>
#include <net/udp.h>
#include <net/xfrm.h>

#include "drop.h"
#include "flow.h"
#include "marker.h"
#include "netns.h"
#include "refuse.h"
#include "sa.h"
#include "sad.h"

/**
 * struct encap_port - one port
 * @sock: [R] our socket, NULL when a daemon has the port; read without RCU it
 *	says no more than that
 * @users: [M] inbound SAs that asked for it
 * @rcu: frees it
 */
struct encap_port {
	struct socket *sock;
	u32 users;
	struct rcu_head rcu;
};

static unsigned long port_index(u8 family, u16 number)
{
	return (family == AF_INET6) << 16 | number;
}

static int to_esp_handlers(struct sock *sk, struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6)
		return ipv6_stub->xfrm6_udp_encap_rcv(sk, skb);
#endif
	return xfrm4_udp_encap_rcv(sk, skb);
}

/* What comes to a socket of ours, whose checksum UDP has verified if there is
 * one. Nobody would ever read from it, so nothing is left to UDP.
 */
static int encap_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(sk));
	unsigned int len = skb->len - sizeof(struct udphdr);
	enum ipsec_reason reason = IPSEC_REASON_MALFORMED;
	const u8 *payload;
	u8 buf[IPSEC_MARKER_LEN];

	payload = skb_header_pointer(skb, sizeof(struct udphdr),
				     min_t(unsigned int, len, sizeof(buf)),
				     buf);
	switch (payload ? ipsec_marker(payload, len) : IPSEC_MARKER_SHORT) {
	case IPSEC_MARKER_ESP:
		if (to_esp_handlers(sk, skb) <= 0)
			return 0;
		reason = IPSEC_REASON_NO_MEMORY;
		break;
	case IPSEC_MARKER_IKE:
		reason = IPSEC_REASON_ENCAP_IKE;
		break;
	case IPSEC_MARKER_KEEPALIVE:
		reason = IPSEC_REASON_KEEPALIVE;
		break;
	case IPSEC_MARKER_SHORT:
		break;
	}
	ipsec_drop(ipn, NULL, reason, skb);
	return 0;
}

/**
 * struct quoted - what an ICMP error has of a packet of ours, behind IP
 * @uh: UDP header
 * @spi: of ESP behind it
 */
struct quoted {
	struct udphdr uh;
	__be32 spi;
} __packed;

static bool is_from_sa(const struct sk_buff *skb, struct ipsec_net *ipn,
		       u8 family, const struct quoted *quoted)
{
	struct ipsec_sa_key key = {
		.spi = quoted->spi,
		.family = family,
		.proto = IPPROTO_ESP,
	};
	union ipsec_addr src = {};
	const struct ipsec_sa *sa;

	if (family == AF_INET) {
		key.dst.a4 = ip_hdr(skb)->daddr;
		src.a4 = ip_hdr(skb)->saddr;
	} else {
		memcpy(&key.dst, &ipv6_hdr(skb)->daddr, sizeof(key.dst));
		memcpy(&src, &ipv6_hdr(skb)->saddr, sizeof(src));
	}
	sa = ipsec_sad_lookup(ipn, &key);
	return sa && sa->dir == IPSEC_DIR_OUT && sa->encap.dport &&
	       sa->encap.sport == quoted->uh.source &&
	       !memcmp(&src, &sa->use.src, sizeof(src));
}

/* RFC 4301 6.1.1: an ICMP error is about us only if it names an outbound SA of
 * ours. The path MTU in it is kept by UDP.
 */
static int encap_err_lookup(struct sock *sk, struct sk_buff *skb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(sk));
	const struct quoted *quoted;
	struct quoted buf;

	quoted = skb_header_pointer(skb, skb_transport_offset(skb),
				    sizeof(buf), &buf);
	if (quoted && is_from_sa(skb, ipn, sk->sk_family, quoted))
		return 0;
	if (!ipn->net->xfrm.state_num)
		ipsec_drop_count(ipn, NULL, IPSEC_REASON_ICMP_UNKNOWN, NULL);
	return -ENOENT;
}

static int bind_port(struct socket *sock, u8 family, __be16 number)
{
	struct sockaddr_in6 addr6 = {
		.sin6_family = AF_INET6,
		.sin6_port = number,
	};
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = number,
	};

	if (family == AF_INET)
		return kernel_bind(sock, (struct sockaddr *)&addr,
				   sizeof(addr));
	ip6_sock_set_v6only(sock->sk);
	/* RFC 6936 4: ESP itself verifies what a checksum would. */
	udp_set_no_check6_rx(sock->sk, true);
	return kernel_bind(sock, (struct sockaddr *)&addr6, sizeof(addr6));
}

/* The option makes UDP look at such sockets at all; nothing comes in before the
 * socket is bound.
 */
static int set_encap(struct socket *sock)
{
	struct udp_sock *up = udp_sk(sock->sk);
	int type = UDP_ENCAP_ESPINUDP;
	int err;

	err = sock->ops->setsockopt(sock, SOL_UDP, UDP_ENCAP,
				    KERNEL_SOCKPTR(&type), sizeof(type));
	if (err)
		return err;
	WRITE_ONCE(up->encap_err_lookup, encap_err_lookup);
	WRITE_ONCE(up->encap_rcv, encap_rcv);
	return 0;
}

static struct socket *sock_new(struct net *net, u8 family, __be16 number)
{
	struct socket *sock;
	int err;

	err = sock_create_kern(net, family, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (err)
		return ERR_PTR(err);
	err = set_encap(sock) ?: bind_port(sock, family, number);
	if (err) {
		sock_release(sock);
		return ERR_PTR(err);
	}
	return sock;
}

/* Is this the socket that UDP would give the datagram to, and does the kernel
 * take ESP out of it?
 */
static bool has_encap(struct net *net, const struct ipsec_flow *flow, int iif)
{
	__be16 sport = htons(flow->remote_port);
	__be16 dport = htons(flow->local_port);
	struct sock *sk = NULL;
	bool is_encap;

	if (flow->family == AF_INET)
		sk = udp4_lib_lookup(net, flow->remote.a4, sport,
				     flow->local.a4, dport, iif);
#if IS_ENABLED(CONFIG_IPV6)
	else
		sk = udp6_lib_lookup(net, (struct in6_addr *)&flow->remote,
				     sport, (struct in6_addr *)&flow->local,
				     dport, iif);
#endif
	if (!sk)
		return false;
	is_encap = READ_ONCE(udp_sk(sk)->encap_type) == UDP_ENCAP_ESPINUDP;
	sock_put(sk);
	return is_encap;
}

static bool daemon_has(struct ipsec_net *ipn, const struct ipsec_sa *sa)
{
	struct ipsec_flow flow = {
		.local = sa->key.dst,
		.remote = sa->use.src,
		.family = sa->key.family,
		.local_port = ntohs(sa->encap.dport),
		.remote_port = ntohs(sa->encap.sport),
	};
	bool has;

	rcu_read_lock();
	has = has_encap(ipn->net, &flow, 0);
	rcu_read_unlock();
	return has;
}

static int open_port(struct ipsec_net *ipn, struct encap_port *port,
		     const struct ipsec_sa *sa, struct netlink_ext_ack *extack)
{
	struct socket *sock;

	sock = sock_new(ipn->net, sa->key.family, sa->encap.dport);
	if (!IS_ERR(sock)) {
		WRITE_ONCE(port->sock, sock);
		return 0;
	}
	if (PTR_ERR(sock) != -EADDRINUSE) {
		NL_SET_ERR_MSG(extack,
			       "the UDP port of this SA cannot be opened");
		return PTR_ERR(sock);
	}
	if (daemon_has(ipn, sa))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "the UDP port of this SA belongs to a socket that was not told to expect ESP (option UDP_ENCAP, which IKE daemons set): close it, set the option, or take another port");
	return -EADDRINUSE;
}

/**
 * ipsec_encap_ports_init() - no ports in a new namespace
 * @ipn: namespace
 */
void ipsec_encap_ports_init(struct ipsec_net *ipn)
{
	xa_init_flags(&ipn->encap_ports.by_number, XA_FLAGS_ACCOUNT);
	ipn->encap_ports.count = 0;
}

/**
 * ipsec_encap_ports_exit() - end of the empty table
 * @ipn: namespace, without SAs
 */
void ipsec_encap_ports_exit(struct ipsec_net *ipn)
{
	xa_destroy(&ipn->encap_ports.by_number);
}

static struct encap_port *port_new(struct ipsec_net *ipn, unsigned long index)
{
	struct ipsec_encap_ports *ports = &ipn->encap_ports;
	struct encap_port *port;
	int err;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return ERR_PTR(-ENOMEM);
	err = xa_err(xa_store(&ports->by_number, index, port,
			      GFP_KERNEL_ACCOUNT));
	if (err) {
		kfree(port);
		return ERR_PTR(err);
	}
	WRITE_ONCE(ports->count, ports->count + 1);
	return port;
}

static void port_free(struct ipsec_net *ipn, unsigned long index,
		      struct encap_port *port)
{
	struct ipsec_encap_ports *ports = &ipn->encap_ports;

	xa_erase(&ports->by_number, index);
	WRITE_ONCE(ports->count, ports->count - 1);
	if (port->sock)
		sock_release(port->sock);
	kfree_rcu(port, rcu);
}

static bool wants_port(const struct ipsec_sa *sa)
{
	return sa->dir == IPSEC_DIR_IN && sa->encap.dport;
}

/**
 * ipsec_encap_port_get() - somebody has to receive for an SA
 * @ipn: namespace
 * @sa: new SA
 * @extack: where the refusal goes
 *
 * Context: process, may sleep; ipn->mutex is held.
 * Return: 0, also when the SA needs no port; -EADDRINUSE with a sentence, or
 * another -errno.
 */
int ipsec_encap_port_get(struct ipsec_net *ipn, const struct ipsec_sa *sa,
			 struct netlink_ext_ack *extack)
{
	unsigned long index = port_index(sa->key.family,
					 ntohs(sa->encap.dport));
	struct encap_port *port;
	int err = 0;

	if (!wants_port(sa))
		return 0;
	port = xa_load(&ipn->encap_ports.by_number, index);
	if (!port)
		port = port_new(ipn, index);
	if (IS_ERR(port))
		return PTR_ERR(port);
	if (!port->sock)
		err = open_port(ipn, port, sa, extack);
	if (!err)
		port->users++;
	else if (!port->users)
		port_free(ipn, index, port);
	return err;
}

/**
 * ipsec_encap_port_put() - an SA needs its port no longer
 * @ipn: namespace
 * @sa: ipsec_encap_port_get() said 0 for it
 *
 * Context: process, may sleep; ipn->mutex is held.
 */
void ipsec_encap_port_put(struct ipsec_net *ipn, const struct ipsec_sa *sa)
{
	unsigned long index = port_index(sa->key.family,
					 ntohs(sa->encap.dport));
	struct encap_port *port;

	if (!wants_port(sa))
		return;
	port = xa_load(&ipn->encap_ports.by_number, index);
	if (!--port->users)
		port_free(ipn, index, port);
}

static int udp_offset(const struct sk_buff *skb, u8 family)
{
	__be16 frag_off;
	u8 nexthdr;

	if (family == AF_INET)
		return skb_network_offset(skb) + ip_hdrlen(skb);
	nexthdr = ipv6_hdr(skb)->nexthdr;
	return ipv6_skip_exthdr(skb, skb_network_offset(skb) +
				     sizeof(struct ipv6hdr),
				&nexthdr, &frag_off);
}

/* Of the datagram as UDP will cut it: what is behind its length is nothing. */
static bool is_consumed(const struct sk_buff *skb, u8 family)
{
	int offset = udp_offset(skb, family);
	u8 buf[sizeof(struct udphdr) + IPSEC_MARKER_LEN];
	const struct udphdr *uh;
	enum ipsec_marker marker;
	unsigned int len, have;

	if (offset < 0 || offset + sizeof(*uh) > skb->len)
		return false;
	have = min_t(unsigned int, skb->len - offset, sizeof(buf));
	uh = skb_header_pointer(skb, offset, have, buf);
	if (!uh)
		return false;
	len = ntohs(uh->len);
	if (len <= sizeof(*uh) || len > skb->len - offset)
		return false;
	marker = ipsec_marker((const u8 *)(uh + 1), len - sizeof(*uh));
	return marker == IPSEC_MARKER_ESP || marker == IPSEC_MARKER_KEEPALIVE;
}

/**
 * ipsec_encap_port_takes() - does this clear packet end in front of a socket
 * @ipn: namespace
 * @skb: a packet for this host at LOCAL_IN
 * @flow: its selector values, with the ports that UDP will see
 *
 * What it carries goes to the handlers of ESP, or is a keepalive, and no program
 * reads a byte of it. IKE is not: it needs a policy (RFC 4301 5.2).
 *
 * Context: rcu_read_lock held.
 * Return: true if it does.
 */
bool ipsec_encap_port_takes(struct ipsec_net *ipn, const struct sk_buff *skb,
			    const struct ipsec_flow *flow)
{
	const struct encap_port *port;

	if (likely(!READ_ONCE(ipn->encap_ports.count)))
		return false;
	if (flow->proto != IPPROTO_UDP || !flow->has_ports || flow->is_fragment)
		return false;
	port = xa_load(&ipn->encap_ports.by_number,
		       port_index(flow->family, flow->local_port));
	if (!port || !is_consumed(skb, flow->family))
		return false;
	return READ_ONCE(port->sock) ||
	       has_encap(ipn->net, flow, skb->dev->ifindex);
}
