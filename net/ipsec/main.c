// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Module init and exit
 *
 * Configuration opens last and closes first; packets are let in after
 * everything they need exists, and are stopped before any of it goes.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "defrag.h"
#include "deliver.h"
#include "device.h"
#include "flow_cache.h"
#include "hook.h"
#include "iv.h"
#include "iv_seq.h"
#include "lifetime.h"
#include "netlink.h"
#include "netns.h"
#include "packet.h"
#include "sa.h"
#include "sad.h"
#include "verified.h"

static int __init ipsec_init(void)
{
	int err;

	err = ipsec_iv_init();
	if (err)
		return err;
	ipsec_iv_seq_init();
	ipsec_sad_start();
	err = ipsec_flow_cache_init();
	if (err)
		return err;
	err = ipsec_sa_init();
	if (err)
		goto err_flow_cache;
	err = ipsec_lifetime_init();
	if (err)
		goto err_sa;
	err = ipsec_deliver_init();
	if (err)
		goto err_lifetime;
	ipsec_defrag_init();
	err = ipsec_device_register();
	if (err)
		goto err_deliver;
	err = ipsec_netns_register();
	if (err)
		goto err_device;
	err = ipsec_hook_register();
	if (err)
		goto err_netns;
	err = ipsec_netlink_register();
	if (err)
		goto err_hook;
	return 0;

err_hook:
	ipsec_hook_unregister();
err_netns:
	ipsec_netns_unregister();
err_device:
	ipsec_device_unregister();
err_deliver:
	ipsec_defrag_exit();
	ipsec_deliver_exit();
	ipsec_packet_exit();
	ipsec_verified_exit();
err_lifetime:
	ipsec_lifetime_exit();
err_sa:
	ipsec_sa_exit();
err_flow_cache:
	ipsec_flow_cache_exit();
	return err;
}

static void __exit ipsec_exit(void)
{
	ipsec_netlink_unregister();
	ipsec_hook_unregister();
	ipsec_netns_unregister();
	ipsec_device_unregister();
	/* A task may have been preempted between reading the output function of
	 * a steering entry and running it, outside any RCU section.
	 */
	synchronize_rcu_tasks();
	ipsec_defrag_exit();
	ipsec_deliver_exit();
	ipsec_packet_exit();
	ipsec_verified_exit();
	ipsec_lifetime_exit();
	ipsec_sa_exit();
	ipsec_flow_cache_exit();
	ipsec_iv_seq_exit();
	rcu_barrier();
}

module_init(ipsec_init);
module_exit(ipsec_exit);
MODULE_DESCRIPTION("IPsec: AH (RFC 4302) and ESP (RFC 4303)");
MODULE_LICENSE("GPL");
