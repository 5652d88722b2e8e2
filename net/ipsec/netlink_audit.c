// SPDX-License-Identifier: GPL-2.0
/* Auditable events in messages of the family. */
#include "netlink_audit.h"

#include <net/netlink.h>

#include "audit.h"
#include "netlink.h"
#include "netns.h"
#include "sa.h"

/**
 * ipsec_nl_audit_is_heard() - does anybody listen
 * @ipn: namespace
 *
 * Context: Any but hard interrupts.
 * Return: whether ipsec_nl_audit() would reach somebody.
 */
bool ipsec_nl_audit_is_heard(const struct ipsec_net *ipn)
{
	return ipsec_nl_has_listeners(ipn, IPSEC_NLGRP_AUDIT);
}

static int put_mismatch(struct sk_buff *skb,
			const struct ipsec_audit_event *event)
{
	const struct ipsec_sa *sa = event->sa;
	int err;

	err = ipsec_nl_put_addr(skb, IPSEC_A_AUDIT_SA_DST, &sa->key.dst,
				sa->key.family) ?:
	      ipsec_nl_put_flow(skb, IPSEC_A_AUDIT_PACKET, &event->flow);
	if (err || !sa->has_selector)
		return err;
	return ipsec_nl_put_selector(skb, IPSEC_A_AUDIT_SELECTOR,
				     &sa->selector);
}

static int put_event(struct sk_buff *skb, const struct ipsec_audit_event *event)
{
	int err;

	err = nla_put_u8(skb, IPSEC_A_AUDIT_EVENT, event->event) ?:
	      nla_put_u64_64bit(skb, IPSEC_A_AUDIT_TIME, event->time,
				IPSEC_A_AUDIT_PAD) ?:
	      nla_put_u8(skb, IPSEC_A_AUDIT_PROTO, event->proto) ?:
	      nla_put_be32(skb, IPSEC_A_AUDIT_SPI, event->spi) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_AUDIT_SRC, &event->src,
				event->family) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_AUDIT_DST, &event->dst,
				event->family) ?:
	      nla_put_u64_64bit(skb, IPSEC_A_AUDIT_SUPPRESSED,
				event->suppressed, IPSEC_A_AUDIT_PAD);
	if (!err && event->has_seq)
		err = nla_put_u64_64bit(skb, IPSEC_A_AUDIT_SEQ, event->seq,
					IPSEC_A_AUDIT_PAD);
	if (!err && event->has_label)
		err = nla_put_u32(skb, IPSEC_A_AUDIT_FLOW_LABEL, event->label);
	if (!err && event->reason)
		err = nla_put_u32(skb, IPSEC_A_AUDIT_REASON, event->reason);
	if (!err && event->sa)
		err = put_mismatch(skb, event);
	return err;
}

static size_t event_size(const struct ipsec_audit_event *event)
{
	size_t size = 2 * nla_total_size(sizeof(u8)) +
		      3 * nla_total_size(sizeof(u32)) +
		      3 * nla_total_size_64bit(sizeof(u64)) +
		      2 * nla_total_size(sizeof(union ipsec_addr));

	if (event->sa)
		size += nla_total_size(sizeof(union ipsec_addr)) +
			ipsec_nl_flow_size() +
			ipsec_nl_selector_size(&event->sa->selector);
	return size;
}

/**
 * ipsec_nl_audit() - tell those who listen of an event
 * @ipn: namespace
 * @event: the event
 *
 * Context: Any but hard interrupts.
 */
void ipsec_nl_audit(struct ipsec_net *ipn,
		    const struct ipsec_audit_event *event)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ipsec_nl_group_event_new(ipn, IPSEC_NLGRP_AUDIT,
				       event_size(event), IPSEC_CMD_AUDIT_NTF,
				       &hdr);
	if (skb)
		ipsec_nl_group_event_send(ipn, IPSEC_NLGRP_AUDIT, skb, hdr,
					  put_event(skb, event));
}
