// SPDX-License-Identifier: GPL-2.0
/* Selectors, as nlmsg_get.c. */
#include "nlmsg_attr.h"
#include "list.h"

#include <string.h>

/* Attributes that several others make an object of, whatever the order. */
struct parts {
	struct addr local;
	struct addr remote;
	uint8_t local_plen;
	uint8_t remote_plen;
	bool has_local_plen;
	bool has_remote_plen;
	struct port_range local_ports;
	struct port_range remote_ports;
	bool has_local_port;
	bool has_remote_port;
	bool has_local_port_max;
	bool has_remote_port_max;
	bool has_type_max;
	bool has_code_max;
	bool has_mh_max;
	bool has_mask;
};

static void get_range(const struct nlattr *nest, struct addr_list *list)
{
	struct addr_range *range = &list->range[list->count];
	const struct nlattr *attr;

	if (list->count == IPSEC_RANGES_MAX)
		return;
	memset(range, 0, sizeof(*range));
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == IPSEC_A_ADDR_RANGE_FIRST)
			get_addr(attr, &range->first);
		else if (mnl_attr_get_type(attr) == IPSEC_A_ADDR_RANGE_LAST)
			get_addr(attr, &range->last);
	}
	if (range->first.family && range->first.family == range->last.family)
		list->count++;
}

static void get_port_range(const struct nlattr *nest, struct port_list *list)
{
	struct port_range *range = &list->range[list->count];
	const struct nlattr *attr;

	if (list->count == IPSEC_RANGES_MAX)
		return;
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == IPSEC_A_PORT_RANGE_FIRST)
			range->first = get_u16(attr);
		else if (mnl_attr_get_type(attr) == IPSEC_A_PORT_RANGE_LAST)
			range->last = get_u16(attr);
	}
	list->count++;
}

static void get_lists(const struct nlattr *attr, struct selector *sel)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SELECTOR_LOCAL_RANGE:
		get_range(attr, &sel->local);
		break;
	case IPSEC_A_SELECTOR_REMOTE_RANGE:
		get_range(attr, &sel->remote);
		break;
	case IPSEC_A_SELECTOR_LOCAL_PORTS:
		get_port_range(attr, &sel->local_ports);
		break;
	case IPSEC_A_SELECTOR_REMOTE_PORTS:
		get_port_range(attr, &sel->remote_ports);
		break;
	}
}

static void get_sides(const struct nlattr *attr, struct parts *parts)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SELECTOR_LOCAL_ADDR:
		get_addr(attr, &parts->local);
		break;
	case IPSEC_A_SELECTOR_LOCAL_PLEN:
		parts->has_local_plen = true;
		parts->local_plen = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_REMOTE_ADDR:
		get_addr(attr, &parts->remote);
		break;
	case IPSEC_A_SELECTOR_REMOTE_PLEN:
		parts->has_remote_plen = true;
		parts->remote_plen = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_LOCAL_PORT_MIN:
		parts->has_local_port = true;
		parts->local_ports.first = get_u16(attr);
		break;
	case IPSEC_A_SELECTOR_LOCAL_PORT_MAX:
		parts->has_local_port_max = true;
		parts->local_ports.last = get_u16(attr);
		break;
	case IPSEC_A_SELECTOR_REMOTE_PORT_MIN:
		parts->has_remote_port = true;
		parts->remote_ports.first = get_u16(attr);
		break;
	case IPSEC_A_SELECTOR_REMOTE_PORT_MAX:
		parts->has_remote_port_max = true;
		parts->remote_ports.last = get_u16(attr);
		break;
	}
}

static void get_types(const struct nlattr *attr, struct selector *sel,
		      struct parts *parts)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SELECTOR_ICMP_TYPE:
		sel->has_icmp_type = true;
		sel->icmp_type = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_ICMP_TYPE_MAX:
		parts->has_type_max = true;
		sel->icmp_type_max = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_ICMP_CODE:
		sel->has_icmp_code = true;
		sel->icmp_code = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_ICMP_CODE_MAX:
		parts->has_code_max = true;
		sel->icmp_code_max = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_MH_TYPE:
		sel->has_mh_type = true;
		sel->mh_type = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_MH_TYPE_MAX:
		parts->has_mh_max = true;
		sel->mh_type_max = get_u8(attr);
		break;
	}
}

static void get_rest(const struct nlattr *attr, struct selector *sel,
		     struct parts *parts)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SELECTOR_PROTO:
		sel->proto = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_PROTO_OPAQUE:
		sel->is_proto_opaque = true;
		break;
	case IPSEC_A_SELECTOR_OPAQUE:
		sel->is_opaque = true;
		break;
	case IPSEC_A_SELECTOR_MARK:
		sel->has_mark = true;
		sel->mark = get_u32(attr);
		break;
	case IPSEC_A_SELECTOR_MARK_MASK:
		parts->has_mask = true;
		sel->mark_mask = get_u32(attr);
		break;
	case IPSEC_A_SELECTOR_DEV:
		get_string(attr, sel->dev, sizeof(sel->dev));
		break;
	}
}

static void join_side(const struct addr *addr, bool has_plen, uint8_t plen,
		      struct addr_list *list)
{
	if (addr->family == AF_UNSPEC)
		return;
	list_set_prefix(list, addr, has_plen ? plen : addr_max_plen(addr));
}

static void join_ports(bool has_first, bool has_last,
		       const struct port_range *range, struct port_list *list)
{
	if (!has_first)
		return;
	list->count = 1;
	list->range[0] = *range;
	if (!has_last)
		list->range[0].last = range->first;
}

static void join(struct selector *sel, const struct parts *parts)
{
	join_side(&parts->local, parts->has_local_plen, parts->local_plen,
		  &sel->local);
	join_side(&parts->remote, parts->has_remote_plen, parts->remote_plen,
		  &sel->remote);
	join_ports(parts->has_local_port, parts->has_local_port_max,
		   &parts->local_ports, &sel->local_ports);
	join_ports(parts->has_remote_port, parts->has_remote_port_max,
		   &parts->remote_ports, &sel->remote_ports);
	if (sel->has_icmp_type && !parts->has_type_max)
		sel->icmp_type_max = sel->icmp_type;
	if (sel->has_icmp_code && !parts->has_code_max)
		sel->icmp_code_max = sel->icmp_code;
	if (sel->has_mh_type && !parts->has_mh_max)
		sel->mh_type_max = sel->mh_type;
	if (sel->has_mark && !parts->has_mask)
		sel->mark_mask = UINT32_MAX;
}

/**
 * nlmsg_get_selector() - read a selector
 * @nest: the attributes
 * @sel: receives it
 */
void nlmsg_get_selector(const struct nlattr *nest, struct selector *sel)
{
	struct parts parts = { .has_mask = false };
	const struct nlattr *attr;

	memset(sel, 0, sizeof(*sel));
	mnl_attr_for_each_nested(attr, nest) {
		get_lists(attr, sel);
		get_sides(attr, &parts);
		get_types(attr, sel, &parts);
		get_rest(attr, sel, &parts);
	}
	join(sel, &parts);
	model_selector_normalise(sel);
}
