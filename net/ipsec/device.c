// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The device ipsec0
 *
 * One per namespace, made when the namespace is first configured. Packets that
 * come out of tunnels come in on it, packets that will be protected go out on
 * it as far as netfilter and tcpdump are concerned, and what is routed or
 * offloaded to it is protected as the SPD says. It has no link layer, no
 * addresses and no link-local traffic of its own. It goes away with the
 * namespace or the module; deleting it by hand is refused.
 */
#include "device.h"

#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/gro_cells.h>
#include <net/icmp.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/rtnetlink.h>

#include "acquire.h"
#include "drop.h"
#include "emit.h"
#include "netns.h"
#include "output.h"
#include "pmtu.h"
#include "sa.h"
#include "steer.h"

/**
 * struct device_priv - private part of ipsec0
 * @gro: cells in which packets from tunnels are aggregated
 */
struct device_priv {
	struct gro_cells gro;
};

static int dev_init(struct net_device *dev)
{
	struct device_priv *priv = netdev_priv(dev);
	int err;

	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	err = gro_cells_init(&priv->gro, dev);
	if (err)
		free_percpu(dev->tstats);
	return err;
}

static void dev_uninit(struct net_device *dev)
{
	struct device_priv *priv = netdev_priv(dev);

	gro_cells_destroy(&priv->gro);
	free_percpu(dev->tstats);
}

/* A packet that a route, a flowtable or our own late hook sent to the device:
 * a complete output path. Only PROTECT makes sense here.
 */
static netdev_tx_t dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct ipsec_net *ipn = ipsec_netns(dev_net(dev));
	struct ipsec_decision decision, room;
	u8 family;
	int oif = 0;

	if (skb->protocol == htons(ETH_P_IP) &&
	    pskb_inet_may_pull(skb) && ip_hdr(skb)->version == 4) {
		family = AF_INET;
	} else if (skb->protocol == htons(ETH_P_IPV6) &&
		   pskb_inet_may_pull(skb) && ipv6_hdr(skb)->version == 6) {
		family = AF_INET6;
	} else {
		dev->stats.tx_errors++;
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}

	rcu_read_lock();
	/* Not steered by us: the way it would have taken is this one, unless a
	 * policy asks for more.
	 */
	if (unlikely(READ_ONCE(ipn->spd.dev_count)))
		oif = ipsec_emit_oif(ipn, skb, family);
	decision = *ipsec_output_decide(ipn, skb, family, oif,
					&room);
	ipsec_acquire_if_missing(ipn, &decision, skb, family);
	if (decision.nest.count && !decision.reason)
		decision.reason = ipsec_pmtu_check(&decision.nest, skb,
						   family, IPSEC_PMTU_DEVICE);
	else if (decision.action != IPSEC_ACTION_PROTECT && !decision.reason)
		decision.reason = IPSEC_REASON_OUT_CHANGED;

	if (decision.reason) {
		dev->stats.tx_dropped++;
		ipsec_output_count(&decision);
		ipsec_drop(ipn, ipsec_output_sa(&decision), decision.reason,
			   skb);
	} else {
		dev_sw_netstats_tx_add(dev, 1, skb->len);
		skb->skb_iif = oif;
		/* Queueing disciplines and packet sockets have used it. */
		memset(skb->cb, 0, sizeof(skb->cb));
		ipsec_output(ipn, skb, family);
	}
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static const struct net_device_ops device_ops = {
	.ndo_init = dev_init,
	.ndo_uninit = dev_uninit,
	.ndo_start_xmit = dev_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
};

static const struct device_type device_type = { .name = "ipsec" };

static void setup(struct net_device *dev)
{
	dev->netdev_ops = &device_ops;
	dev->needs_free_netdev = true;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features |= NETIF_F_LLTX | NETIF_F_NETNS_LOCAL | NETIF_F_SG |
			 NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |
			 NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE;
	dev->hw_features |= dev->features & ~(NETIF_F_LLTX |
					      NETIF_F_NETNS_LOCAL);
	/* The path MTU is one of the SA, not of the device: nothing may be cut
	 * in front of IPsec because of it. IPv6 leaves a device below 1280.
	 */
	dev->mtu = IP_MAX_MTU;
	dev->min_mtu = IPV6_MIN_MTU;
	dev->max_mtu = IP_MAX_MTU;
	/* ICMP errors to the sender need the route of the packet. */
	netif_keep_dst(dev);
	SET_NETDEV_DEVTYPE(dev, &device_type);
}

/* Without a setup function "ip link" can neither add nor delete one. */
static struct rtnl_link_ops link_ops __read_mostly = { .kind = "ipsec" };

/* Turning forwarding off for all devices, and on for the real ones only, has
 * turned it off here as well.
 */
static void keep_forwarding(struct net_device *dev)
{
	struct in_device *in_dev = __in_dev_get_rcu(dev);

	if (in_dev && unlikely(!IN_DEV_FORWARD(in_dev)))
		IN_DEV_CONF_SET(in_dev, FORWARDING, 1);
}

/* A packet of a tunnel is on its way in, on the stack of this CPU: what is inside
 * of it takes its turn behind, or nested tunnels would use up the stack.
 */
static DEFINE_PER_CPU(bool, is_receiving);

/* GRO is for TCP, and for UDP where a socket of this host or the administrator
 * asks for it; a router has no use for the latter. It must not see AH and ESP:
 * looking for SAs of the kernel's own IPsec, esp4_offload and esp6_offload take
 * away the mark of verified.c.
 */
static bool wants_gro(const struct net_device *dev, const struct sk_buff *skb)
{
	const struct net *net = dev_net(dev);
	bool is_router;
	u8 proto;

	if (skb->protocol == htons(ETH_P_IP)) {
		proto = ip_hdr(skb)->protocol;
		is_router = IPV4_DEVCONF_ALL(net, FORWARDING);
	} else {
		proto = ipv6_hdr(skb)->nexthdr;
		is_router = ipv6_mod_enabled() &&
			    READ_ONCE(net->ipv6.devconf_all->forwarding);
	}
	if (proto == IPPROTO_TCP)
		return true;
	return proto == IPPROTO_UDP &&
	       (!is_router ||
		dev->features & (NETIF_F_GRO_FRAGLIST | NETIF_F_GRO_UDP_FWD));
}

/**
 * ipsec_device_receive() - let the inner packet of a tunnel come in
 * @dev: ipsec0
 * @skb: the packet, its device set; consumed
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: false when it was dropped because the queue is full or the device is
 * down.
 */
bool ipsec_device_receive(struct net_device *dev, struct sk_buff *skb)
{
	struct device_priv *priv = netdev_priv(dev);

	/* Our cells outlive a VRF device: the backlog is what the core searches
	 * for packets of a device that goes away.
	 */
	if (skb->dev != dev)
		return netif_rx(skb) == NET_RX_SUCCESS;
	dev_sw_netstats_rx_add(dev, skb->len);
	keep_forwarding(dev);
	if (wants_gro(dev, skb))
		return gro_cells_receive(&priv->gro, skb) == NET_RX_SUCCESS;
	if (this_cpu_read(is_receiving))
		return netif_rx(skb) == NET_RX_SUCCESS;
	if (unlikely(!(dev->flags & IFF_UP))) {
		kfree_skb(skb);
		return false;
	}
	this_cpu_write(is_receiving, true);
	netif_receive_skb(skb);
	this_cpu_write(is_receiving, false);
	return true;
}

/**
 * ipsec_device_tap() - show a packet that goes out to the taps on ipsec0
 * @dev: ipsec0
 * @skb: the packet, data at the IP header
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_device_tap(struct net_device *dev, struct sk_buff *skb)
{
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	if (dev_nit_active(dev)) {
		skb->dev = dev;
		skb_reset_mac_header(skb);
		dev_queue_xmit_nit(skb, dev);
	}
}

/* No link-local addresses, no router solicitations, and an administrator who
 * has forwarding on for the real devices gets it here as well: what comes out
 * of a tunnel has passed the SPD.
 */
static void configure(struct net_device *dev)
{
	struct in_device *in_dev = __in_dev_get_rtnl(dev);
	struct inet6_dev *idev;

	if (in_dev) {
		IN_DEV_CONF_SET(in_dev, FORWARDING, 1);
		/* The len-0 security path alone would make the kernel's own
		 * policy check slow; the SPD is ours here.
		 */
		IN_DEV_CONF_SET(in_dev, NOPOLICY, 1);
		IN_DEV_CONF_SET(in_dev, NOXFRM, 1);
	}
	idev = __in6_dev_get(dev);
	if (idev) {
		idev->cnf.forwarding = 1;
		idev->cnf.accept_ra = 0;
		idev->cnf.accept_dad = 0;
		idev->cnf.disable_policy = 1;
		idev->cnf.addr_gen_mode = IN6_ADDR_GEN_MODE_NONE;
	}
}

/**
 * ipsec_device_new() - make ipsec0 and bring it up
 * @ipn: namespace
 * @extack: gets the sentence on failure
 *
 * Context: process, ipn->mutex held, rtnl not.
 * Return: 0 or -errno.
 */
int ipsec_device_new(struct ipsec_net *ipn, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	rtnl_lock();
	dev = alloc_netdev(sizeof(struct device_priv), "ipsec0",
			   NET_NAME_PREDICTABLE, setup);
	if (!dev) {
		err = -ENOMEM;
		goto out;
	}
	dev_net_set(dev, ipn->net);
	dev->rtnl_link_ops = &link_ops;
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack,
				       "a device with the name ipsec0 exists already");
		else
			NL_SET_ERR_MSG(extack,
				       "the device ipsec0 cannot be registered");
		goto out;
	}
	configure(dev);
	err = dev_open(dev, extack);
	if (err) {
		unregister_netdevice(dev);
		goto out;
	}
	rcu_assign_pointer(ipn->dev, dev);
out:
	rtnl_unlock();
	return err;
}

/**
 * ipsec_device_free() - take ipsec0 away
 * @ipn: namespace
 *
 * Context: process, rtnl not held; nobody uses ipn->dev any more when it
 * returns.
 */
void ipsec_device_free(struct ipsec_net *ipn)
{
	struct net_device *dev;

	rtnl_lock();
	dev = rtnl_dereference(ipn->dev);
	if (dev) {
		RCU_INIT_POINTER(ipn->dev, NULL);
		unregister_netdevice(dev);
	}
	rtnl_unlock();
}

/**
 * ipsec_device_register() - register the link type
 *
 * Return: 0 or -errno.
 */
int ipsec_device_register(void)
{
	return rtnl_link_register(&link_ops);
}

/**
 * ipsec_device_unregister() - undo ipsec_device_register()
 */
void ipsec_device_unregister(void)
{
	rtnl_link_unregister(&link_ops);
}
