// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Path MTU (RFC 4301 8)
 *
 * ipsec_pmtu_check() runs before a packet is steered to us, while it still has
 * the route that the sender knows: a packet that would not fit when protected
 * is announced to the sender, by the path MTU of that route when it is local
 * and by ICMP when it is not. A TCP segment is not dropped on top: it is cut
 * into smaller segments, as a TSO engine would, so that TCP neither loses a
 * packet nor waits for a timeout, not even where ICMP is filtered.
 *
 * The path MTU of an SA is that of the route to its peer (ipsec_pmtu_path()).
 * ICMP errors about our protected packets arrive at ipsec_pmtu_error4() and
 * _error6(); what they say is kept with the route, where IP looks for it when
 * it has to fragment a protected packet, and ages there (8.2.2): after
 * net.ipv4.route.mtu_expires or net.ipv6.route.mtu_expires seconds it is
 * forgotten, and the path is tried again.
 */
#include "pmtu.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ah.h>
#include <net/esp.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/tcp.h>

#include "drop.h"
#include "emit.h"
#include "netns.h"
#include "protect.h"
#include "route.h"
#include "sa.h"
#include "sad.h"
#include "transport.h"

/* Least TCP payload worth cutting down to. */
#define MIN_MSS 64

/* Length of the headers that are in front of each SA's AH or ESP and not part
 * of its layout; -EINVAL when the packet's own cannot be parsed.
 */
static int header_lens(const struct ipsec_nest *nest, const struct sk_buff *skb,
		       u8 family, int lens[IPSEC_NEST_MAX])
{
	unsigned int i;
	u16 prevhdr;
	int len = -1;

	for (i = 0; i < nest->count; i++) {
		const struct ipsec_sa *sa = nest->sa[i];

		if (sa->mode == IPSEC_MODE_TUNNEL) {
			lens[i] = 0;
			len = sa->layout.outer_len;
			continue;
		}
		if (len < 0)
			len = ipsec_transport_offset(skb, family, &prevhdr);
		if (len < 0)
			return -EINVAL;
		lens[i] = len;
	}
	return 0;
}

static bool has_tunnel(const struct ipsec_nest *nest)
{
	unsigned int i;

	for (i = 0; i < nest->count; i++)
		if (nest->sa[i]->mode == IPSEC_MODE_TUNNEL)
			return true;
	return false;
}

/* With transport mode alone the route of the packet is that of the protected
 * one, if it still has it.
 */
static enum ipsec_reason path_mtu(const struct ipsec_nest *nest,
				  const struct sk_buff *skb, int oif,
				  unsigned int *mtu)
{
	struct ipsec_sa *outermost = ipsec_nest_outermost(nest);
	bool is_tunneled = has_tunnel(nest);
	struct dst_entry *dst = skb_dst(skb);

	if (dst && !is_tunneled) {
		*mtu = dst_mtu(dst);
		return IPSEC_OK;
	}
	dst = ipsec_route_find(outermost, ipsec_sa_peer(outermost), oif,
			       is_tunneled);
	if (!dst)
		return IPSEC_REASON_NO_ROUTE;
	*mtu = dst_mtu(dst);
	return IPSEC_OK;
}

static enum ipsec_reason inner_mtu(const struct ipsec_nest *nest,
				   const struct sk_buff *skb, u8 family,
				   int oif, unsigned int *mtu)
{
	int lens[IPSEC_NEST_MAX];
	enum ipsec_reason reason;
	unsigned int i;

	*mtu = 0;
	if (header_lens(nest, skb, family, lens))
		return IPSEC_REASON_INNER_HEADER;
	reason = path_mtu(nest, skb, oif, mtu);
	for (i = nest->count; i-- > 0;)
		*mtu = ipsec_layout_mtu(&nest->sa[i]->layout, *mtu, lens[i]);
	return reason;
}

/**
 * ipsec_pmtu_inner() - longest packet that fits once it is protected
 * @nest: SAs that will protect it
 * @skb: the packet; with transport mode alone the route it has, if any, is that
 *	of the protected packet
 * @family: AF_INET or AF_INET6
 * @oif: device the packet would have left on without IPsec, 0 if not known
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: length with the inner IP header; 0 if it cannot be said, then the
 * path itself will find out what is wrong.
 */
unsigned int ipsec_pmtu_inner(const struct ipsec_nest *nest,
			      const struct sk_buff *skb, u8 family, int oif)
{
	unsigned int mtu;

	inner_mtu(nest, skb, family, oif, &mtu);
	return mtu;
}

static bool fits(const struct sk_buff *skb, unsigned int mtu)
{
	if (skb_is_gso(skb))
		return skb_gso_validate_network_len(skb, mtu);
	return skb->len <= mtu;
}

/* May IP cut the protected packet behind IPsec? An IPv6 packet only when this
 * host is its source and the socket does not forbid it.
 */
static bool may_fragment(const struct sk_buff *skb, u8 family)
{
	if (skb->ignore_df)
		return true;
	return family == AF_INET && !(ip_hdr(skb)->frag_off & htons(IP_DF));
}

static int tcp_offset(const struct sk_buff *skb, u8 family)
{
	__be16 frag_off;
	u8 nexthdr;
	int offset;

	if (family == AF_INET) {
		if (ip_hdr(skb)->protocol != IPPROTO_TCP ||
		    ip_is_fragment(ip_hdr(skb)))
			return -1;
		return skb_network_offset(skb) + ip_hdrlen(skb);
	}
	nexthdr = ipv6_hdr(skb)->nexthdr;
	offset = ipv6_skip_exthdr(skb,
				  skb_network_offset(skb) +
				  sizeof(struct ipv6hdr), &nexthdr, &frag_off);
	return nexthdr == IPPROTO_TCP && !frag_off ? offset : -1;
}

/* A segment whose payload is signed (RFC 2385, RFC 5925) must stay whole. */
static bool is_signed(const u8 *opt, int len)
{
	while (len > 0) {
		if (opt[0] == TCPOPT_EOL)
			return false;
		if (opt[0] == TCPOPT_NOP) {
			opt++;
			len--;
			continue;
		}
		if (len < 2 || opt[1] < 2 || opt[1] > len)
			return false;
		if (opt[0] == TCPOPT_MD5SIG || opt[0] == 29 /* TCP-AO */)
			return true;
		len -= opt[1];
		opt += opt[1];
	}
	return false;
}

/* Segmentation writes new checksums, so one that nobody has verified yet must
 * not become a good one.
 */
static bool has_good_checksum(struct sk_buff *skb, u8 family, int offset)
{
	unsigned int len = skb->len - offset;
	__wsum sum;

	if (skb->ip_summed == CHECKSUM_PARTIAL ||
	    skb->ip_summed == CHECKSUM_UNNECESSARY)
		return true;
	sum = skb_checksum(skb, offset, len, 0);
	if (family == AF_INET)
		return !csum_tcpudp_magic(ip_hdr(skb)->saddr,
					  ip_hdr(skb)->daddr, len, IPPROTO_TCP,
					  sum);
	return !csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr,
				len, IPPROTO_TCP, sum);
}

/* Let GSO cut the segment, or cut the super-packet finer than it was going to
 * be. Reallocates the buffer when it is shared.
 */
static bool cut_tcp(struct sk_buff *skb, u8 family, unsigned int mtu)
{
	int offset = tcp_offset(skb, family);
	const struct tcphdr *th;
	unsigned int hdr_len, mss;

	if (offset < 0 || (skb_is_gso(skb) && !skb_is_gso_tcp(skb)))
		return false;
	if (!pskb_may_pull(skb, offset + sizeof(*th)))
		return false;
	th = (const struct tcphdr *)(skb->data + offset);
	hdr_len = offset + th->doff * 4;
	if (th->doff < 5 || th->syn || !pskb_may_pull(skb, hdr_len))
		return false;
	th = (const struct tcphdr *)(skb->data + offset);
	if (is_signed((const u8 *)(th + 1), th->doff * 4 - sizeof(*th)))
		return false;
	if (mtu < hdr_len + MIN_MSS || skb->len <= hdr_len)
		return false;
	if (!has_good_checksum(skb, family, offset))
		return false;
	mss = mtu - hdr_len;
	if (skb_unclone(skb, GFP_ATOMIC))
		return false;

	skb_set_transport_header(skb, offset);
	skb_shinfo(skb)->gso_size = mss;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - hdr_len, mss);
	skb_shinfo(skb)->gso_type |= SKB_GSO_DODGY |
		(family == AF_INET ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6);
	return true;
}

static void tell_icmp(struct sk_buff *skb, u8 family, unsigned int mtu,
		      enum ipsec_pmtu_sender sender)
{
	bool is_device = sender == IPSEC_PMTU_DEVICE;

	if (family == AF_INET && is_device)
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			      htonl(mtu));
	else if (family == AF_INET)
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			  htonl(mtu));
	else if (is_device)
		icmpv6_ndo_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	else
		icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
}

/* IPv4 takes namespace and device of the flow from skb->dev, which a packet of
 * this host has not got yet at LOCAL_OUT.
 */
static void lower_pmtu(struct sk_buff *skb, unsigned int mtu)
{
	struct dst_entry *dst = skb_dst(skb);
	struct net_device *dev = skb->dev;

	skb->dev = dst->dev;
	dst->ops->update_pmtu(dst, skb->sk, skb, mtu, false);
	skb->dev = dev;
}

/* Does the clear packet go to where the protected one goes? */
static bool is_same_way(const struct ipsec_nest *nest, const struct sk_buff *skb,
			u8 family)
{
	const struct ipsec_sa *sa = ipsec_nest_outermost(nest);

	if (sa->key.family != family)
		return false;
	if (family == AF_INET)
		return ip_hdr(skb)->daddr == sa->key.dst.a4;
	return !memcmp(&ipv6_hdr(skb)->daddr, &sa->key.dst,
		       sizeof(struct in6_addr));
}

/* The path MTU of a local sender is kept with the destination. When that is the
 * peer itself, it is the path MTU of our protected packets as well, and what
 * the sender is told would be taken off again from what it was told before:
 * TCP is cut to size silently then, and others hear EMSGSIZE alone.
 */
static void tell(const struct ipsec_nest *nest, struct sk_buff *skb, u8 family,
		 unsigned int mtu, enum ipsec_pmtu_sender sender)
{
	struct dst_entry *dst = skb_dst(skb);

	if (!dst)
		return;
	if (sender == IPSEC_PMTU_LOCAL && is_same_way(nest, skb, family))
		return;
	if (sender == IPSEC_PMTU_LOCAL)
		lower_pmtu(skb, mtu);
	else
		tell_icmp(skb, family, mtu, sender);
}

/* RFC 8200 5, RFC 791 3.2: nothing below is announced; then the protected packet
 * is fragmented. An IPv4 packet in transport mode has its own DF in front.
 */
static unsigned int least_mtu(const struct ipsec_nest *nest, u8 family)
{
	if (family == AF_INET6)
		return IPV6_MIN_MTU;
	return has_tunnel(nest) ? IPV4_MIN_MTU : 0;
}

/* A packet that was steered in POST_ROUTING has our entry, which stands for no
 * route: IPv6 would keep the path MTU in the entry itself, and cut all that is
 * steered there afterwards in front of IPsec.
 */
static bool has_route(const struct sk_buff *skb, u8 family)
{
	const struct dst_entry *dst = skb_dst(skb);

	return dst && (family == AF_INET ||
		       rcu_access_pointer(((struct rt6_info *)dst)->from));
}

/**
 * ipsec_pmtu_fits() - does a packet what nearly all do: fit into one tunnel,
 * padding and all
 * @nest: SAs that will protect it
 * @skb: the packet
 * @oif: device that it would leave by without IPsec
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: false when ipsec_pmtu_check() has to look at it.
 */
bool ipsec_pmtu_fits(const struct ipsec_nest *nest, const struct sk_buff *skb,
		     int oif)
{
	const struct ipsec_sa *sa = nest->sa[0];
	const struct ipsec_layout *layout = &sa->layout;
	const struct dst_entry *dst;
	unsigned int len;

	if (nest->count != 1 || sa->mode != IPSEC_MODE_TUNNEL ||
	    skb_is_gso(skb))
		return false;
	dst = ipsec_route_find(sa, ipsec_sa_peer(sa), oif, true);
	len = layout->outer_len + layout->encap_len + layout->hdr_len +
	      skb->len + ipsec_layout_trailer(layout, skb->len);
	return dst && len <= dst_mtu(dst);
}

/**
 * ipsec_pmtu_check() - does a packet fit when it is protected
 * @nest: SAs that will protect it
 * @skb: the packet with the route the sender knows; not consumed, but it may
 *	be reallocated and may become a GSO packet
 * @family: AF_INET or AF_INET6
 * @sender: who is told when it does not fit
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: 0, IPSEC_REASON_TOO_BIG or IPSEC_REASON_NO_ROUTE.
 */
enum ipsec_reason ipsec_pmtu_check(const struct ipsec_nest *nest,
				   struct sk_buff *skb, u8 family,
				   enum ipsec_pmtu_sender sender)
{
	const struct dst_entry *dst = skb_dst(skb);
	int oif = dst ? dst->dev->ifindex : 0;
	enum ipsec_reason reason;
	unsigned int mtu;
	bool is_tcp;

	if (likely(ipsec_pmtu_fits(nest, skb, oif)))
		return IPSEC_OK;
	reason = inner_mtu(nest, skb, family, oif, &mtu);
	/* The path itself will find out what is wrong. */
	if (reason == IPSEC_REASON_INNER_HEADER)
		return IPSEC_OK;
	mtu = max(mtu, least_mtu(nest, family));
	if (reason || fits(skb, mtu))
		return reason;

	is_tcp = tcp_offset(skb, family) >= 0;
	if (sender == IPSEC_PMTU_DEVICE && skb->sk && has_route(skb, family))
		sender = IPSEC_PMTU_LOCAL;
	if (!may_fragment(skb, family) || (is_tcp && sender == IPSEC_PMTU_LOCAL))
		tell(nest, skb, family, mtu, sender);
	if (is_tcp && cut_tcp(skb, family, mtu))
		return IPSEC_OK;
	return may_fragment(skb, family) ? IPSEC_OK : IPSEC_REASON_TOO_BIG;
}

/* RFC 4301 8.2.1: the error is mapped to its SA by what it says of the packet,
 * source address included. What names none is counted, unless it can be about
 * a packet of the kernel's own IPsec, which is asked next.
 */
static bool is_out_sa(const struct sk_buff *skb, struct ipsec_sa_key *key,
		      const void *src, const u8 *hdr)
{
	struct ipsec_net *ipn = ipsec_netns(dev_net(skb->dev));
	size_t addr_len = key->family == AF_INET ? sizeof(struct in_addr) :
						   sizeof(struct in6_addr);
	const struct ipsec_sa *sa;

	if (!READ_ONCE(ipn->active) || !READ_ONCE(ipn->sad.count))
		return false;
	key->spi = key->proto == IPPROTO_ESP ?
		   ((const struct ip_esp_hdr *)hdr)->spi :
		   ((const struct ip_auth_hdr *)hdr)->spi;
	sa = ipsec_sad_lookup(ipn, key);
	if (sa && sa->dir == IPSEC_DIR_OUT &&
	    !memcmp(src, &sa->use.src, addr_len))
		return true;
	if (!ipn->net->xfrm.state_num)
		ipsec_drop_count(ipn, NULL, IPSEC_REASON_ICMP_UNKNOWN, NULL);
	return false;
}

/**
 * ipsec_pmtu_error4() - ICMP error about an AH or ESP packet
 * @skb: skb->data at the IPv4 header of the packet in the error; stays the
 *	caller's
 * @info: the MTU for fragmentation needed
 *
 * RFC 4301 6.1.1: only an error that names an outbound SA of ours is taken, and
 * only its MTU. The routing code keeps none below net.ipv4.route.min_pmtu; from
 * there on protected packets go without DF (ipsec_emit()), so a forged one can
 * cost fragments, and never cuts the SA off.
 *
 * Context: softirq, rcu_read_lock held.
 * Return: 0 if it was about an SA of ours.
 */
int ipsec_pmtu_error4(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	struct ipsec_sa_key key = {
		.dst.a4 = iph->daddr,
		.family = AF_INET,
		.proto = iph->protocol,
	};
	const struct icmphdr *icmph = icmp_hdr(skb);

	if (!is_out_sa(skb, &key, &iph->saddr, skb->data + iph->ihl * 4))
		return -ENOENT;
	if (icmph->type == ICMP_DEST_UNREACH &&
	    icmph->code == ICMP_FRAG_NEEDED)
		ipv4_update_pmtu(skb, dev_net(skb->dev), info, 0,
				 key.proto);
	return 0;
}

/**
 * ipsec_pmtu_error6() - ICMPv6 error about an AH or ESP packet
 * @skb: skb->data at the IPv6 header of the packet in the error; stays the
 *	caller's
 * @proto: IPPROTO_AH or IPPROTO_ESP
 * @type: ICMPv6 type
 * @offset: of the AH or ESP header from skb->data
 * @info: the MTU for packet too big; below 1280 it is ignored (RFC 8201 4)
 *
 * Context: softirq, rcu_read_lock held.
 * Return: 0 if it was about an SA of ours.
 */
int ipsec_pmtu_error6(struct sk_buff *skb, u8 proto, u8 type, int offset,
		      __be32 info)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;
	struct ipsec_sa_key key = { .family = AF_INET6, .proto = proto };
	struct net *net = dev_net(skb->dev);

	memcpy(&key.dst, &ip6h->daddr, sizeof(key.dst));
	if (!is_out_sa(skb, &key, &ip6h->saddr, skb->data + offset))
		return -ENOENT;
	if (type == ICMPV6_PKT_TOOBIG)
		ip6_update_pmtu(skb, net, info, 0, 0, sock_net_uid(net, NULL));
	return 0;
}

/* Seconds until what ICMP has told is forgotten; 0 when the path MTU is that of
 * the device or what the administrator has set.
 */
static u32 learned_secs(const struct dst_entry *dst, u8 family)
{
	unsigned long expires = READ_ONCE(dst->expires);
	bool is_learned;

	if (family == AF_INET)
		is_learned = ((const struct rtable *)dst)->rt_pmtu;
	else
		is_learned = ((const struct rt6_info *)dst)->rt6i_flags &
			     RTF_CACHE;
	if (!is_learned || !expires || time_after_eq(jiffies, expires))
		return 0;
	return DIV_ROUND_UP(expires - jiffies, HZ);
}

/**
 * ipsec_pmtu_path() - path MTU of an SA (RFC 4301 4.4.2.1, 8.2)
 * @sa: outbound SA
 * @expires: seconds until what ICMP has told about it is forgotten, 0 if
 *	nothing has been told
 *
 * Context: any but hard interrupts.
 * Return: longest protected packet that goes unfragmented; 0 without a route.
 */
u32 ipsec_pmtu_path(const struct ipsec_sa *sa, u32 *expires)
{
	struct dst_entry *dst;
	u32 mtu;

	*expires = 0;
	rcu_read_lock();
	dst = ipsec_route_lookup(sa);
	mtu = dst ? dst_mtu(dst) : 0;
	if (dst)
		*expires = learned_secs(dst, sa->key.family);
	dst_release(dst);
	rcu_read_unlock();
	return mtu;
}
