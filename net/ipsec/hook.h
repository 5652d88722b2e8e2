/* SPDX-License-Identifier: GPL-2.0 */
/* The border: netfilter hooks and protocol handlers. */
#ifndef _NET_IPSEC_HOOK_H
#define _NET_IPSEC_HOOK_H

struct ipsec_net;

int ipsec_hook_new(struct ipsec_net *ipn);
void ipsec_hook_free(struct ipsec_net *ipn);
int ipsec_hook_start(struct ipsec_net *ipn);
void ipsec_hook_stop_steering(struct ipsec_net *ipn);
void ipsec_hook_stop(struct ipsec_net *ipn);

int ipsec_hook_register(void);
void ipsec_hook_unregister(void);

#endif /* _NET_IPSEC_HOOK_H */
