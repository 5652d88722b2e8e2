// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Life of the module in one namespace
 *
 * A namespace costs nothing until something is configured in it; then
 * ipsec_netns_activate() makes ipsec0, the steering entries and the hooks. When
 * nothing is left in it that could stop or change a packet, the hooks that decide
 * go after a while, and come again with the next configuration.
 *
 * It ends in this order: the steering hooks go, a grace period, the steering
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

/* Longer than whoever replaces a configuration leaves it empty. */
#define REST_AFTER (5 * HZ)

unsigned int ipsec_netns_id __read_mostly;

static void inflight_done(struct percpu_ref *ref)
{
	struct ipsec_net *ipn = container_of(ref, struct ipsec_net, inflight);

	complete(&ipn->inflight_done);
}

/* Whatever a hook is asked, it would say yes. Ports of UDP encapsulation are those
 * of SAs; what waits for an SA has the hooks behind it.
 */
static bool may_rest(const struct ipsec_net *ipn)
{
	const u8 *defaults = ipn->spd.default_action;

	return ipn->is_deciding && !ipn->is_closing &&
	       !ipn->sad.count && !ipn->spd.count &&
	       defaults[IPSEC_DIR_IN - 1] == IPSEC_ACTION_BYPASS &&
	       defaults[IPSEC_DIR_OUT - 1] == IPSEC_ACTION_BYPASS &&
	       (ipn->icmp.clear & ipn->icmp.sa) == IPSEC_ICMP_ALL;
}

/* Whenever may_rest() becomes true. */
static void rest_later(struct ipsec_net *ipn)
{
	mod_delayed_work(system_wq, &ipn->rest, REST_AFTER);
}

/* Nothing is waited for: what is inside of a hook meanwhile, or was steered, finds
 * all that it needs. Under the mutex a configuration comes before, and there is
 * something to decide, or after, and makes the hooks anew before it changes SPD or
 * SAD.
 */
static void rest_work(struct work_struct *work)
{
	struct ipsec_net *ipn = container_of(to_delayed_work(work),
					     struct ipsec_net, rest);

	mutex_lock(&ipn->mutex);
	if (may_rest(ipn)) {
		ipsec_hook_stop_steering(ipn);
		ipsec_hook_stop(ipn);
		ipn->is_deciding = false;
	}
	mutex_unlock(&ipn->mutex);
}

static int activate(struct ipsec_net *ipn, struct netlink_ext_ack *extack)
{
	int err;

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
 * ipsec_netns_activate() - make device, steering entries and hooks
 * @ipn: namespace
 * @extack: gets the sentence on failure
 *
 * In front of whatever is configured.
 *
 * Context: process, ipn->mutex held, rtnl not.
 * Return: 0, also when it was active already, or -errno.
 */
int ipsec_netns_activate(struct ipsec_net *ipn, struct netlink_ext_ack *extack)
{
	int err = ipn->active ? 0 : activate(ipn, extack);

	if (err || ipn->is_deciding)
		return err;
	err = ipsec_hook_start(ipn);
	if (err) {
		NL_SET_ERR_MSG(extack, "netfilter hooks cannot be registered");
		return err;
	}
	ipn->is_deciding = true;
	/* What is to be configured may still be refused. */
	rest_later(ipn);
	return 0;
}

/**
 * ipsec_netns_changed() - the SPD, the SAD or a setting is not what it was
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
	if (may_rest(ipn))
		rest_later(ipn);
}

static int __net_init netns_init(struct net *net)
{
	struct ipsec_net *ipn = ipsec_netns(net);
	int err = -ENOMEM;

	ipn->net = net;
	ipsec_flow_cache_invalidate(ipn);
	mutex_init(&ipn->mutex);
	init_completion(&ipn->inflight_done);
	INIT_DELAYED_WORK(&ipn->rest, rest_work);
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

	mutex_lock(&ipn->mutex);
	ipn->is_closing = true;
	mutex_unlock(&ipn->mutex);
	cancel_delayed_work_sync(&ipn->rest);
	if (ipn->is_deciding)
		ipsec_hook_stop_steering(ipn);
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
		if (ipn->is_deciding)
			ipsec_hook_stop(ipn);
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
