// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Delivery of verified packets
 *
 * A packet from a tunnel comes in again on ipsec0, through its GRO cells if GRO
 * has a use for it, else at once. A packet from transport mode comes in again on
 * its own device at PRE_ROUTING, through a bounded per-CPU queue, so that nested
 * SAs do not recurse and taps on the device do not see it in clear. Both carry the
 * mark of verified.c.
 */
#include "deliver.h"

#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "device.h"
#include "drop.h"
#include "netns.h"
#include "packet.h"
#include "route.h"
#include "sa.h"
#include "verified.h"

/* As many packets as the stack itself would let wait by default. */
#define MAX_QUEUE 1000

/**
 * struct reentry - packets of one CPU that wait to come in again
 * @queue: each holds a reference on its device and on its namespace's inflight
 * @tasklet: empties @queue
 */
struct reentry {
	struct sk_buff_head queue;
	struct tasklet_struct tasklet;
};

static DEFINE_PER_CPU(struct reentry, reentries);

/* Whose packet it is, while it waits: its device may move to another namespace
 * meanwhile. The IP layer's part of the control buffer stays as it is.
 */
struct reentry_cb {
	union {
		struct inet_skb_parm h4;
		struct inet6_skb_parm h6;
	} header;
	struct ipsec_net *ipn;
};

static struct ipsec_net **reentry_ipn(struct sk_buff *skb)
{
	return &((struct reentry_cb *)skb->cb)->ipn;
}

static bool mark(struct ipsec_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;

	skb_clear_hash(skb);
	skb->encapsulation = 0;
	skb->ip_summed = CHECKSUM_NONE;
	return ipsec_verified_mark(skb, &pkt->verified);
}

/**
 * ipsec_deliver_tunnel() - inject the inner packet
 * @pkt: data and network header at the inner header; freed, its skb consumed
 *
 * Into ipsec0, or, when the protected packet came in by a VRF, into that VRF.
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_deliver_tunnel(struct ipsec_packet *pkt)
{
	struct net_device *dev = rcu_dereference(pkt->ipn->dev);
	struct ipsec_net *ipn = pkt->ipn;
	struct sk_buff *skb = pkt->skb;
	struct ipsec_sa *sa = pkt->sa;

	if (!dev) {
		ipsec_packet_drop(pkt, IPSEC_REASON_DEAD);
		return;
	}
	if (!mark(pkt)) {
		ipsec_packet_drop(pkt, IPSEC_REASON_NO_MEMORY);
		return;
	}
	skb_reset_mac_header(skb);
	skb->mac_len = 0;
	skb->pkt_type = PACKET_HOST;
	/* That the protected packet was reassembled says nothing about this. */
	skb->ignore_df = 0;
	skb->dev = netif_is_l3_master(pkt->dev) ? pkt->dev : dev;
	/* First, as the inner packet may need its memory for an SA of its own. */
	ipsec_packet_free(pkt);
	if (!ipsec_device_receive(dev, skb))
		ipsec_drop_count(ipn, sa, IPSEC_REASON_QUEUE_FULL, NULL);
}

/**
 * ipsec_deliver_transport() - let the restored packet come in again
 * @pkt: data and network header at the IP header; freed, its skb consumed
 *
 * Context: BH disabled.
 */
void ipsec_deliver_transport(struct ipsec_packet *pkt)
{
	struct reentry *reentry = this_cpu_ptr(&reentries);
	struct sk_buff *skb = pkt->skb;

	if (skb_queue_len(&reentry->queue) >= MAX_QUEUE) {
		ipsec_packet_drop(pkt, IPSEC_REASON_QUEUE_FULL);
		return;
	}
	if (!mark(pkt)) {
		ipsec_packet_drop(pkt, IPSEC_REASON_NO_MEMORY);
		return;
	}
	/* The queue inherits these two references. */
	percpu_ref_get(&pkt->ipn->inflight);
	*reentry_ipn(skb) = pkt->ipn;
	skb->dev = pkt->dev;
	pkt->dev = NULL;
	__skb_queue_tail(&reentry->queue, skb);
	tasklet_schedule(&reentry->tasklet);
	ipsec_packet_free(pkt);
}

static int reenter_finish4(struct net *net, struct sock *sk,
			   struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (!skb_dst(skb) && ip_route_input_noref(skb, iph->daddr, iph->saddr,
						  iph->tos, skb->dev)) {
		ipsec_drop(ipsec_netns(net), NULL, IPSEC_REASON_NO_ROUTE, skb);
		return NET_RX_DROP;
	}
	return dst_input(skb);
}

/* A fragment header that came with a whole packet (RFC 6946) has been walked
 * over, and reassembly in PRE_ROUTING has taken it out: begin again with the
 * header behind the hop-by-hop options.
 */
static void rewind6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct ipv6_opt_hdr *hop = (const void *)(ip6h + 1);

	IP6CB(skb)->flags &= ~IP6SKB_FRAGMENTED;
	if (ip6h->nexthdr == NEXTHDR_HOP) {
		IP6CB(skb)->nhoff = sizeof(*ip6h);
		skb_set_transport_header(skb, sizeof(*ip6h) + ipv6_optlen(hop));
	} else {
		IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);
		skb_set_transport_header(skb, sizeof(*ip6h));
	}
}

static int reenter_finish6(struct net *net, struct sock *sk,
			   struct sk_buff *skb)
{
	if (IP6CB(skb)->flags & IP6SKB_FRAGMENTED)
		rewind6(skb);
	if (!skb_dst(skb))
		ipsec_route_input6(net, skb);
	/* Not for us any more: NAT leads it on. */
	if (!(((struct rt6_info *)skb_dst(skb))->rt6i_flags &
	      (RTF_LOCAL | RTF_ANYCAST)))
		ipsec_verified_hide(skb);
	return dst_input(skb);
}

static void reenter(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct net *net = dev_net(dev);

	if (skb->protocol == htons(ETH_P_IP))
		NF_HOOK(NFPROTO_IPV4, NF_INET_PRE_ROUTING, net, NULL, skb, dev,
			NULL, reenter_finish4);
	else
		NF_HOOK(NFPROTO_IPV6, NF_INET_PRE_ROUTING, net, NULL, skb, dev,
			NULL, reenter_finish6);
}

static void empty_queue(struct tasklet_struct *tasklet)
{
	struct reentry *reentry = from_tasklet(reentry, tasklet, tasklet);
	struct sk_buff_head batch;
	struct net_device *dev;
	struct ipsec_net *ipn;
	struct sk_buff *skb;

	/* What nested SAs put back into the queue has to wait for its turn. */
	__skb_queue_head_init(&batch);
	skb_queue_splice_init(&reentry->queue, &batch);
	rcu_read_lock();
	while ((skb = __skb_dequeue(&batch))) {
		dev = skb->dev;
		ipn = *reentry_ipn(skb);
		if (likely(net_eq(dev_net(dev), ipn->net)))
			reenter(skb);
		else
			ipsec_drop(ipn, NULL, IPSEC_REASON_DEAD, skb);
		dev_put(dev);
		percpu_ref_put(&ipn->inflight);
	}
	rcu_read_unlock();
}

/**
 * ipsec_deliver_init() - make the per-CPU queues
 *
 * Return: 0.
 */
int ipsec_deliver_init(void)
{
	struct reentry *reentry;
	int cpu;

	BUILD_BUG_ON(sizeof(struct reentry_cb) >
		     sizeof_field(struct sk_buff, cb));
	for_each_possible_cpu(cpu) {
		reentry = per_cpu_ptr(&reentries, cpu);
		__skb_queue_head_init(&reentry->queue);
		tasklet_setup(&reentry->tasklet, empty_queue);
	}
	return 0;
}

/**
 * ipsec_deliver_exit() - wait until the tasklets are done
 *
 * The queues are empty by then: every packet in them held its namespace's
 * inflight reference, and the namespaces are gone.
 */
void ipsec_deliver_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&reentries, cpu)->tasklet);
}
