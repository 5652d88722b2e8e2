// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Steering
 *
 * A packet that must be protected gets one of our destination entries instead
 * of its route, as the VRF driver does it: the stack then calls our output
 * function, which lets the packet finish POST_ROUTING in clear (conntrack
 * confirms it there, rules see it leave by ipsec0) and protects it.
 *
 * The entries are made when the namespace is activated, one per CPU and family,
 * so that no two CPUs write the same reference count. A packet that came with a
 * reference on its route gets one on the entry: between the hook and our output
 * function nothing else may keep it alive. One that is forwarded came without,
 * because rcu_read_lock is held from its reception on; who lets it wait takes the
 * reference, as for any route. Retired entries (ipsec_steer_retire()) belong to
 * the core: their output discards, and they go away with the last packet that
 * holds one.
 */
#include "steer.h"

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/addrconf.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "device.h"
#include "drop.h"
#include "netns.h"
#include "output.h"

static int finish(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	struct ipsec_net *ipn = ipsec_netns(net);
	struct net_device *dev;

	rcu_read_lock();
	local_bh_disable();
	dev = rcu_dereference(ipn->dev);
	if (dev) {
		ipsec_device_tap(dev, skb);
		ipsec_output(ipn, skb, skb->protocol == htons(ETH_P_IP) ?
			     AF_INET : AF_INET6);
	} else {
		ipsec_drop(ipn, NULL, IPSEC_REASON_DEAD, skb);
	}
	local_bh_enable();
	rcu_read_unlock();
	return 0;
}

/* The stack may have read the output function, and come here without
 * rcu_read_lock, before the entry was retired. Nothing may be put into NFQUEUE
 * any more then, because a function of ours would be what it comes back to.
 */
static bool is_retired(const struct sk_buff *skb)
{
	return READ_ONCE(skb_dst(skb)->obsolete) == DST_OBSOLETE_DEAD;
}

static int post_routing(u8 pf, struct net *net, struct sock *sk,
			struct sk_buff *skb, bool is_rerouted)
{
	struct net_device *indev = skb->dev;
	int ret = 0;

	rcu_read_lock();
	if (is_retired(skb)) {
		/* The counters may have gone with the namespace. */
		kfree_skb(skb);
	} else {
		skb->dev = skb_dst(skb)->dev;
		ret = NF_HOOK_COND(pf, NF_INET_POST_ROUTING, net, sk, skb,
				   indev, skb->dev, finish, !is_rerouted);
	}
	rcu_read_unlock();
	return ret;
}

/* What the stack calls instead of ip_output(). */
static int output4(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	skb->protocol = htons(ETH_P_IP);
	return post_routing(NFPROTO_IPV4, net, sk, skb,
			    IPCB(skb)->flags & IPSKB_REROUTED);
}

/* What the stack calls instead of ip6_output(). */
static int output6(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	skb->protocol = htons(ETH_P_IPV6);
	return post_routing(NFPROTO_IPV6, net, sk, skb,
			    IP6CB(skb)->flags & IP6SKB_REROUTED);
}

static struct dst_entry *new4(struct net_device *dev)
{
	/* noxfrm: the kernel's own IPsec has no say in what we protect. */
	struct rtable *rt = rt_dst_alloc(dev, 0, RTN_UNICAST, true);

	if (!rt)
		return NULL;
	rt->dst.output = output4;
	return &rt->dst;
}

static struct dst_entry *new6(struct net_device *dev)
{
	struct rt6_info *rt6;

	rt6 = ip6_dst_alloc(dev_net(dev), dev, DST_NOPOLICY | DST_NOXFRM);
	if (!rt6)
		return NULL;
	rt6->dst.output = output6;
	/* Without it IPv6 drops what leaves the device by another way. */
	rt6->rt6i_idev = in6_dev_get(dev);
	return &rt6->dst;
}

/**
 * ipsec_steer_new() - make the entries of a namespace
 * @ipn: namespace, its device exists
 * @extack: gets the sentence on failure
 *
 * Context: process, ipn->mutex held.
 * Return: 0 or -ENOMEM; then ipsec_steer_retire() cleans up.
 */
int ipsec_steer_new(struct ipsec_net *ipn, struct netlink_ext_ack *extack)
{
	struct net_device *dev = rcu_dereference_protected(ipn->dev,
							   lockdep_is_held(&ipn->mutex));
	struct ipsec_steer *steer;
	struct dst_entry *dst;
	int cpu;

	for_each_possible_cpu(cpu) {
		steer = per_cpu_ptr(ipn->steer, cpu);
		dst = new4(dev);
		if (!dst)
			goto err;
		rcu_assign_pointer(steer->dst[0], dst);
		if (!ipv6_mod_enabled())
			continue;
		dst = new6(dev);
		if (!dst)
			goto err;
		rcu_assign_pointer(steer->dst[1], dst);
	}
	return 0;
err:
	NL_SET_ERR_MSG(extack, "no memory for destination entries");
	return -ENOMEM;
}

/**
 * ipsec_steer_retire() - give the entries to the core
 * @ipn: namespace; no hook steers to them any more
 *
 * Packets that still hold one are discarded by the core when they get to its
 * output.
 *
 * Context: process; the caller waits for a grace period before it goes on.
 */
void ipsec_steer_retire(struct ipsec_net *ipn)
{
	struct ipsec_steer *steer;
	struct dst_entry *dst;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		steer = per_cpu_ptr(ipn->steer, cpu);
		for (i = 0; i < 2; i++) {
			dst = unrcu_pointer(xchg(&steer->dst[i], NULL));
			if (!dst)
				continue;
			/* Readers hold RCU and take a reference under it; the
			 * base reference is dropped after the grace period
			 * that dst_release() waits for before it frees.
			 */
			dst_dev_put(dst);
			dst_release(dst);
		}
	}
}

/**
 * ipsec_steer() - lead a packet to our output
 * @ipn: namespace
 * @skb: the packet; its route is replaced
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: false when the namespace is going away.
 */
bool ipsec_steer(struct ipsec_net *ipn, struct sk_buff *skb, u8 family)
{
	struct ipsec_steer *steer = this_cpu_ptr(ipn->steer);
	struct dst_entry *dst;

	dst = rcu_dereference(steer->dst[family == AF_INET6]);
	if (!dst)
		return false;
	if (skb_dst_is_noref(skb)) {
		skb_dst_set_noref(skb, dst);
		return true;
	}
	if (!dst_hold_safe(dst))
		return false;
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return true;
}
