// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Life of the module in one namespace
 *
 * A namespace costs nothing until something is configured in it; then
 * ipsec_netns_activate() makes ipsec0, the steering entries and the hooks. It
 * ends in this order: the steering hooks go, a grace period, the steering
 * entries are given to the core, the other hooks go (and with them what waits
 * in NFQUEUE), packets that wait for SAs are dropped, those inside asynchronous
 * crypto are waited for, SAs and policies go, ipsec0 goes. Device operations,
 * not subsystem operations, because those would run after the core has waited
 * for the devices we hold.
 */
#include "netns.h"

#include <linux/netlink.h>
#include <linux/user_namespace.h>
#include <net/dst.h>
#include <net/route.h>

#include "audit.h"
#include "device.h"
#include "flow_cache.h"
#include "hook.h"
#include "lifetime.h"
#include "sa.h"
#include "steer.h"

/* What a user without rights in the initial namespace may pin at most. */
#define DEFAULT_MAX_SAS 1024
#define DEFAULT_MAX_POLICIES 1024

unsigned int ipsec_netns_id __read_mostly;

static void inflight_done(struct percpu_ref *ref)
{
	struct ipsec_net *ipn = container_of(ref, struct ipsec_net, inflight);

	complete(&ipn->inflight_done);
}

/**
 * ipsec_netns_activate() - make device, steering entries and hooks
 * @ipn: namespace
 * @extack: gets the sentence on failure
 *
 * Context: process, ipn->mutex held, rtnl not.
 * Return: 0, also when it was active already, or -errno.
 */
int ipsec_netns_activate(struct ipsec_net *ipn, struct netlink_ext_ack *extack)
{
	int err;

	if (ipn->active)
		return 0;

	err = ipsec_device_new(ipn, extack);
	if (err)
		return err;
	err = ipsec_steer_new(ipn, extack);
	if (err)
		goto err_steer;
	err = ipsec_hook_new(ipn);
	if (err) {
		NL_SET_ERR_MSG(extack, "netfilter hooks cannot be registered");
		goto err_steer;
	}
	WRITE_ONCE(ipn->active, true);
	return 0;

err_steer:
	ipsec_steer_retire(ipn);
	ipsec_device_free(ipn);
	return err;
}

/**
 * ipsec_netns_changed() - the SPD or the SAD is not what it was
 * @ipn: namespace
 *
 * Everything in the kernel that remembers a route has to ask again, flowtables
 * above all: a flow offloaded as BYPASS must not outlive a new PROTECT.
 *
 * Context: process, ipn->mutex held.
 */
void ipsec_netns_changed(struct ipsec_net *ipn)
{
	rt_genid_bump_all(ipn->net);
}

static int __net_init netns_init(struct net *net)
{
	struct ipsec_net *ipn = ipsec_netns(net);
	int err = -ENOMEM;

	ipn->net = net;
	ipsec_flow_cache_invalidate(ipn);
	mutex_init(&ipn->mutex);
	init_completion(&ipn->inflight_done);
	ipsec_icmp_init(&ipn->icmp);
	ipn->fragment = IPSEC_FRAGMENT_BEFORE;
	ipsec_acquire_init(ipn);
	ipsec_audit_init(ipn);
	if (!net_eq(net, &init_net)) {
		ipn->max_sas = DEFAULT_MAX_SAS;
		ipn->max_policies = DEFAULT_MAX_POLICIES;
	}
	ipn->steer = alloc_percpu(struct ipsec_steer);
	if (!ipn->steer)
		return -ENOMEM;
	ipn->drops = alloc_percpu(struct ipsec_drops);
	if (!ipn->drops)
		goto err_steer;
	err = percpu_ref_init(&ipn->inflight, inflight_done, 0, GFP_KERNEL);
	if (err)
		goto err_drops;
	err = ipsec_sad_init(ipn);
	if (err)
		goto err_inflight;
	err = ipsec_spd_init(ipn);
	if (err)
		goto err_sad;
	return 0;

err_sad:
	ipsec_sad_exit(ipn);
err_inflight:
	percpu_ref_exit(&ipn->inflight);
err_drops:
	free_percpu(ipn->drops);
err_steer:
	free_percpu(ipn->steer);
	return err;
}

static void __net_exit netns_pre_exit(struct net *net)
{
	struct ipsec_net *ipn = ipsec_netns(net);

	if (ipn->active)
		ipsec_hook_free_steering(ipn);
}

/* A cipher that hangs keeps the module loaded, and says so. */
static void wait_for_crypto(struct ipsec_net *ipn)
{
	percpu_ref_kill(&ipn->inflight);
	while (!wait_for_completion_timeout(&ipn->inflight_done, 10 * HZ))
		pr_warn("ipsec: waiting for packets inside asynchronous crypto\n");
	percpu_ref_exit(&ipn->inflight);
}

static void __net_exit netns_exit(struct net *net)
{
	struct ipsec_net *ipn = ipsec_netns(net);
	bool was_active = ipn->active;

	/* The devices of the namespace are still there: from now on AH and ESP
	 * that come in by them are not ours.
	 */
	WRITE_ONCE(ipn->active, false);
	if (was_active) {
		ipsec_steer_retire(ipn);
		synchronize_net();
	}
	ipsec_acquire_exit(ipn);
	wait_for_crypto(ipn);
	if (was_active) {
		ipsec_hook_free(ipn);
		/* Waits for a grace period, too: after it no reader is in the
		 * databases.
		 */
		ipsec_device_free(ipn);
	}
	ipsec_spd_exit(ipn);
	ipsec_sad_exit(ipn);
}

static void __net_exit netns_exit_batch(struct list_head *list)
{
	struct ipsec_net *ipn;
	struct net *net;

	/* No timer is left to queue work that has an SA, and with it the
	 * namespace.
	 */
	ipsec_lifetime_flush();
	/* SAs are freed by now, and with them routes whose operations are part
	 * of the namespace.
	 */
	ipsec_sa_barrier();
	list_for_each_entry(net, list, exit_list) {
		ipn = ipsec_netns(net);
		free_percpu(ipn->drops);
		free_percpu(ipn->steer);
	}
}

static struct pernet_operations netns_ops = {
	.init = netns_init,
	.pre_exit = netns_pre_exit,
	.exit = netns_exit,
	.exit_batch = netns_exit_batch,
	.id = &ipsec_netns_id,
	.size = sizeof(struct ipsec_net),
};

/**
 * ipsec_netns_register() - begin in all namespaces
 *
 * Return: 0 or -errno.
 */
int ipsec_netns_register(void)
{
	return register_pernet_device(&netns_ops);
}

/**
 * ipsec_netns_unregister() - end in all namespaces
 *
 * Context: process; nothing of ours is left in any namespace when it returns,
 * but for tasks that sleep inside our output function (see main.c).
 */
void ipsec_netns_unregister(void)
{
	unregister_pernet_device(&netns_ops);
}
