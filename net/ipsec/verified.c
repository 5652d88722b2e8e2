// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The mark of a packet that came out of SAs
 *
 * Packets that come in again carry an empty security path: it tells our own
 * input hooks that the SPD has been asked, rp_filter that the source was
 * authenticated, and "meta ipsec exists" what it asks. In the part of it that
 * belongs to its entries, of which it has none, struct ipsec_verified says which
 * SAs the packet came through.
 *
 * Where the kernel's own IPsec would look at the mark (ipsec_verified_hide()),
 * and on the way from the last LOCAL_IN hook to the handlers of AH and ESP
 * (ipsec_verified_put_aside()), it is in the control buffer instead, behind the
 * part of the IP layer, and a flag in that part says so: IP input clears the
 * flags of every packet that comes from a device.
 */
#include "verified.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/xfrm.h>

#include "netns.h"
#include "protect.h"
#include "sa.h"
#include "sad.h"

/* In the flags of both families, unused by the kernel: for ipsec_input(). */
#define SKB_ASIDE 0x4000

/* The control buffer of a packet that ipsec_verified_hide() has seen. */
struct hidden {
	struct inet6_skb_parm header;
	struct ipsec_verified verified;
};

static struct ipsec_verified *in_cb(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct hidden) > sizeof_field(struct sk_buff, cb));
	return &((struct hidden *)skb->cb)->verified;
}

/* The control buffer of one that was put aside. xfrm4_esp_rcv() and its like
 * write into their part of it before they call us. Of IPSEC_NEST_MAX SAs the last
 * one is not there: ipsec_input() takes no further header off then.
 */
struct aside {
	struct xfrm_tunnel_skb_cb header;
	u32 sa[IPSEC_NEST_MAX - 1];
	u8 count;
	u8 starts;
};

static struct aside *aside(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct aside) > sizeof_field(struct sk_buff, cb));
	return (struct aside *)skb->cb;
}

static struct ipsec_verified *in_path(const struct sec_path *sp)
{
	BUILD_BUG_ON(sizeof(struct ipsec_verified) > sizeof(sp->xvec));
	return (struct ipsec_verified *)sp->xvec;
}

/* The mark that a CPU has used last. Most packets lose it before the next one
 * comes, and what nobody else holds is used again.
 */
static DEFINE_PER_CPU(struct skb_ext *, spare);

static struct sec_path *reuse(struct sk_buff *skb)
{
	struct skb_ext *ext = this_cpu_read(spare);

	if (unlikely(skb->active_extensions || !ext ||
		     refcount_read(&ext->refcnt) != 1))
		return NULL;
	refcount_inc(&ext->refcnt);
	skb->extensions = ext;
	skb->active_extensions = BIT(SKB_EXT_SEC_PATH);
	/* As skb_ext_add() does: GRO must give it back. */
	skb->slow_gro = 1;
	return skb_sec_path(skb);
}

/* Only when the packet has no other extension, which would be kept with it. */
static void keep(const struct sk_buff *skb)
{
	struct skb_ext *old = this_cpu_read(spare);

	if (skb->active_extensions != BIT(SKB_EXT_SEC_PATH))
		return;
	refcount_inc(&skb->extensions->refcnt);
	this_cpu_write(spare, skb->extensions);
	if (old)
		__skb_ext_put(old);
}

/**
 * ipsec_verified_exit() - free what the CPUs have kept
 *
 * No packet is inside of us any more.
 */
void ipsec_verified_exit(void)
{
	struct skb_ext *ext;
	int cpu;

	for_each_possible_cpu(cpu) {
		ext = per_cpu(spare, cpu);
		if (ext)
			__skb_ext_put(ext);
	}
}

static bool is_ip6(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6);
}

/**
 * ipsec_verified_add() - another AH or ESP header was taken off
 * @verified: what came before; count is less than IPSEC_NEST_MAX
 * @sa: its SA
 */
void ipsec_verified_add(struct ipsec_verified *verified,
			const struct ipsec_sa *sa)
{
	verified->starts |= 1;
	verified->sa[verified->count++] = sa->id;
}

/**
 * ipsec_verified_nest() - the SAs behind the numbers
 * @verified: the numbers
 * @ipn: namespace
 * @start: the outermost SA to begin with
 * @nest: filled, the innermost first
 *
 * Context: rcu_read_lock held.
 * Return: false when one of them does not exist any more.
 */
bool ipsec_verified_nest(const struct ipsec_verified *verified,
			 struct ipsec_net *ipn, unsigned int start,
			 struct ipsec_nest *nest)
{
	unsigned int i;

	nest->count = 0;
	for (i = verified->count; i-- > start;) {
		struct ipsec_sa *sa = ipsec_sad_find_id(ipn, verified->sa[i]);

		if (!sa)
			return false;
		nest->sa[nest->count++] = sa;
	}
	return true;
}

/**
 * ipsec_verified_mark() - mark a packet that will come in again
 * @skb: the packet
 * @verified: what verified it
 *
 * Context: BH disabled.
 * Return: false when there is no memory.
 */
bool ipsec_verified_mark(struct sk_buff *skb,
			 const struct ipsec_verified *verified)
{
	struct sec_path *sp;

	secpath_reset(skb);
	sp = reuse(skb);
	if (unlikely(!sp)) {
		sp = secpath_set(skb);
		if (!sp)
			return false;
		keep(skb);
	}
	*in_path(sp) = *verified;
	return true;
}

/**
 * ipsec_verified_get() - what verified a marked packet
 * @skb: ipsec_verified_is_marked() said true
 *
 * Return: the SAs, and whether the SPD refuses it.
 */
struct ipsec_verified ipsec_verified_get(const struct sk_buff *skb)
{
	if (is_ip6(skb) && IP6CB(skb)->flags & IPSEC_IP6SKB_VERIFIED)
		return *in_cb(skb);
	return *in_path(skb_sec_path(skb));
}

/**
 * ipsec_verified_hide() - keep the mark of an IPv6 packet out of the kernel's
 * own IPsec
 * @skb: a marked packet behind PRE_ROUTING
 *
 * ip6_forward() asks xfrm about what did not come in by a device with
 * disable_policy.
 */
void ipsec_verified_hide(struct sk_buff *skb)
{
	if (IP6CB(skb)->flags & IPSEC_IP6SKB_VERIFIED)
		return;
	*in_cb(skb) = ipsec_verified_get(skb);
	IP6CB(skb)->flags |= IPSEC_IP6SKB_VERIFIED;
	secpath_reset(skb);
}

/**
 * ipsec_verified_guard() - keep the kernel's own IPsec from reading the mark
 * @skb: a marked packet at the end of PRE_ROUTING
 * @family: AF_INET or AF_INET6
 *
 * __xfrm_policy_check() of 6.1.192 reads the last entry of a security path
 * without looking whether there is one. On ipsec0 it is not called
 * (disable_policy); in a VRF, and for what NAT leads on from transport mode,
 * it would be. So "meta ipsec exists" does not match IPv6 packets in a VRF
 * behind PRE_ROUTING.
 */
void ipsec_verified_guard(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET)
		IPCB(skb)->flags |= IPSKB_NOPOLICY;
	else if (netif_is_l3_master(skb->dev))
		ipsec_verified_hide(skb);
}

/**
 * ipsec_verified_unmark() - take the mark of a verified packet off
 * @skb: the packet, behind all rules that could ask for it
 */
void ipsec_verified_unmark(struct sk_buff *skb)
{
	if (!ipsec_verified_is_marked(skb))
		return;
	if (is_ip6(skb))
		IP6CB(skb)->flags &= ~IPSEC_IP6SKB_VERIFIED;
	secpath_reset(skb);
}

/* Whatever the extension headers of an IPv6 packet hide. */
static bool may_be_ipsec(const struct sk_buff *skb)
{
	u8 proto;

	if (!is_ip6(skb))
		return ip_hdr(skb)->protocol == IPPROTO_ESP ||
		       ip_hdr(skb)->protocol == IPPROTO_AH;
	proto = ipv6_hdr(skb)->nexthdr;
	return proto != IPPROTO_TCP && proto != IPPROTO_UDP &&
	       proto != IPPROTO_ICMPV6;
}

/**
 * ipsec_verified_put_aside() - the same at the end of LOCAL_IN
 * @skb: the packet
 *
 * If it is AH or ESP, ipsec_input() will ask what verified it before.
 */
void ipsec_verified_put_aside(struct sk_buff *skb)
{
	struct ipsec_verified verified;

	if (!ipsec_verified_is_marked(skb))
		return;
	if (may_be_ipsec(skb)) {
		verified = ipsec_verified_get(skb);
		memcpy(aside(skb)->sa, verified.sa, sizeof(aside(skb)->sa));
		aside(skb)->count = verified.count;
		aside(skb)->starts = verified.starts;
		if (is_ip6(skb))
			IP6CB(skb)->flags |= SKB_ASIDE;
		else
			IPCB(skb)->flags |= SKB_ASIDE;
	}
	ipsec_verified_unmark(skb);
}

/**
 * ipsec_verified_take() - what verified an AH or ESP packet before
 * @skb: the packet, in the handler of its protocol
 * @family: AF_INET or AF_INET6
 *
 * Whoever has it next finds no trace of us. Where nf_defrag_ipv6 is missing, IPv6
 * puts fragments together behind LOCAL_IN, verified ones and others, and in
 * this control buffer.
 *
 * Return: no SA for a packet that came by itself.
 */
struct ipsec_verified ipsec_verified_take(struct sk_buff *skb, u8 family)
{
	struct ipsec_verified verified = {};
	u16 *flags = family == AF_INET ? &IPCB(skb)->flags :
					 &IP6CB(skb)->flags;

	if (!(*flags & SKB_ASIDE))
		return verified;
	*flags &= ~SKB_ASIDE;
	if (family == AF_INET6 && *flags & IP6SKB_FRAGMENTED)
		return verified;
	memcpy(verified.sa, aside(skb)->sa, sizeof(aside(skb)->sa));
	verified.count = aside(skb)->count;
	verified.starts = aside(skb)->starts;
	return verified;
}
