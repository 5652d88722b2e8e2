// SPDX-License-Identifier: GPL-2.0
// Do not edit directly, auto-generated from:
//	Documentation/netlink/specs/ipsec.yaml
// kernel source, by scripts/gen-netlink.py

#include <net/genetlink.h>
#include <net/netlink.h>

#include "netlink_gen.h"

const char *const ipsec_reason_names[IPSEC_REASON_MAX + 1] = {
	[IPSEC_REASON_NO_SA] = "no-sa",
	[IPSEC_REASON_NOT_OURS] = "not-ours",
	[IPSEC_REASON_MALFORMED] = "malformed",
	[IPSEC_REASON_FRAGMENT] = "fragment",
	[IPSEC_REASON_REPLAY] = "replay",
	[IPSEC_REASON_REPLAY_OLD] = "replay-old",
	[IPSEC_REASON_ICV] = "icv",
	[IPSEC_REASON_PADDING] = "padding",
	[IPSEC_REASON_INNER_HEADER] = "inner-header",
	[IPSEC_REASON_ECN] = "ecn",
	[IPSEC_REASON_DUMMY] = "dummy",
	[IPSEC_REASON_SA_SELECTOR] = "sa-selector",
	[IPSEC_REASON_IN_POLICY] = "in-policy",
	[IPSEC_REASON_IN_NO_POLICY] = "in-no-policy",
	[IPSEC_REASON_IN_CLEAR] = "in-clear",
	[IPSEC_REASON_IN_DISCARD] = "in-discard",
	[IPSEC_REASON_IN_DEFAULT] = "in-default",
	[IPSEC_REASON_OUT_DISCARD] = "out-discard",
	[IPSEC_REASON_OUT_DEFAULT] = "out-default",
	[IPSEC_REASON_OUT_NO_SA] = "out-no-sa",
	[IPSEC_REASON_OUT_CHANGED] = "out-changed",
	[IPSEC_REASON_SEQ_OVERFLOW] = "seq-overflow",
	[IPSEC_REASON_TOO_BIG] = "too-big",
	[IPSEC_REASON_NO_ROUTE] = "no-route",
	[IPSEC_REASON_LOOP] = "loop",
	[IPSEC_REASON_NO_MEMORY] = "no-memory",
	[IPSEC_REASON_CRYPTO] = "crypto",
	[IPSEC_REASON_QUEUE_FULL] = "queue-full",
	[IPSEC_REASON_DEAD] = "dead",
	[IPSEC_REASON_CHECKSUM] = "checksum",
	[IPSEC_REASON_IN_NEST] = "in-nest",
	[IPSEC_REASON_NEST_DEPTH] = "nest-depth",
	[IPSEC_REASON_ICMP_PAYLOAD] = "icmp-payload",
	[IPSEC_REASON_ICMP_REFUSED] = "icmp-refused",
	[IPSEC_REASON_ICMP_UNKNOWN] = "icmp-unknown",
	[IPSEC_REASON_OUT_ICMP_NO_SA] = "out-icmp-no-sa",
	[IPSEC_REASON_EXPIRED] = "expired",
	[IPSEC_REASON_ACQUIRE_TIMEOUT] = "acquire-timeout",
	[IPSEC_REASON_ACQUIRE_FULL] = "acquire-full",
	[IPSEC_REASON_FRAGMENT_OFFSET] = "fragment-offset",
	[IPSEC_REASON_ENCAP] = "encap",
	[IPSEC_REASON_ENCAP_IKE] = "encap-ike",
	[IPSEC_REASON_KEEPALIVE] = "keepalive",
};

const struct nla_policy
ipsec_addr_range_nl_policy[IPSEC_A_ADDR_RANGE_MAX + 1] = {
	[IPSEC_A_ADDR_RANGE_FIRST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_ADDR_RANGE_LAST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
};

const struct nla_policy
ipsec_life_nl_policy[IPSEC_A_LIFE_MAX + 1] = {
	[IPSEC_A_LIFE_TIME] = { .type = NLA_U32 },
	[IPSEC_A_LIFE_USE] = { .type = NLA_U32 },
	[IPSEC_A_LIFE_BYTES] = { .type = NLA_U64 },
	[IPSEC_A_LIFE_PACKETS] = { .type = NLA_U64 },
	[IPSEC_A_LIFE_IDLE] = { .type = NLA_U32 },
};

const struct nla_policy
ipsec_port_range_nl_policy[IPSEC_A_PORT_RANGE_MAX + 1] = {
	[IPSEC_A_PORT_RANGE_FIRST] = { .type = NLA_U16 },
	[IPSEC_A_PORT_RANGE_LAST] = { .type = NLA_U16 },
};

const struct nla_policy
ipsec_protect_nl_policy[IPSEC_A_PROTECT_MAX + 1] = {
	[IPSEC_A_PROTECT_PROTO] = NLA_POLICY_RANGE(NLA_U8, 50, 51),
	[IPSEC_A_PROTECT_MODE] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_PROTECT_SRC] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_PROTECT_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_PROTECT_REQID] = { .type = NLA_U32 },
	[IPSEC_A_PROTECT_SPI] = { .type = NLA_U32 },
};

const struct nla_policy
ipsec_selector_nl_policy[IPSEC_A_SELECTOR_MAX + 1] = {
	[IPSEC_A_SELECTOR_LOCAL_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SELECTOR_LOCAL_PLEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IPSEC_A_SELECTOR_REMOTE_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SELECTOR_REMOTE_PLEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IPSEC_A_SELECTOR_PROTO] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_LOCAL_PORT_MIN] = { .type = NLA_U16 },
	[IPSEC_A_SELECTOR_LOCAL_PORT_MAX] = { .type = NLA_U16 },
	[IPSEC_A_SELECTOR_REMOTE_PORT_MIN] = { .type = NLA_U16 },
	[IPSEC_A_SELECTOR_REMOTE_PORT_MAX] = { .type = NLA_U16 },
	[IPSEC_A_SELECTOR_ICMP_TYPE] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_ICMP_CODE] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_ICMP_TYPE_MAX] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_ICMP_CODE_MAX] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_MH_TYPE] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_MH_TYPE_MAX] = { .type = NLA_U8 },
	[IPSEC_A_SELECTOR_OPAQUE] = { .type = NLA_FLAG },
	[IPSEC_A_SELECTOR_PROTO_OPAQUE] = { .type = NLA_FLAG },
	[IPSEC_A_SELECTOR_LOCAL_RANGE] = NLA_POLICY_NESTED(ipsec_addr_range_nl_policy),
	[IPSEC_A_SELECTOR_REMOTE_RANGE] = NLA_POLICY_NESTED(ipsec_addr_range_nl_policy),
	[IPSEC_A_SELECTOR_LOCAL_PORTS] = NLA_POLICY_NESTED(ipsec_port_range_nl_policy),
	[IPSEC_A_SELECTOR_REMOTE_PORTS] = NLA_POLICY_NESTED(ipsec_port_range_nl_policy),
	[IPSEC_A_SELECTOR_MARK] = { .type = NLA_U32 },
	[IPSEC_A_SELECTOR_MARK_MASK] = { .type = NLA_U32 },
	[IPSEC_A_SELECTOR_DEV] = { .type = NLA_NUL_STRING, .len = 15 },
};

const struct nla_policy
ipsec_sa_new_nl_policy[IPSEC_A_SA_MAX + 1] = {
	[IPSEC_A_SA_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_SA_PROTO] = NLA_POLICY_RANGE(NLA_U8, 50, 51),
	[IPSEC_A_SA_SPI] = { .type = NLA_U32 },
	[IPSEC_A_SA_SRC] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SA_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SA_MODE] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_SA_REQID] = { .type = NLA_U32 },
	[IPSEC_A_SA_ENC] = { .type = NLA_NUL_STRING, .len = 31 },
	[IPSEC_A_SA_ENC_KEY] = { .type = NLA_BINARY, .len = 128 },
	[IPSEC_A_SA_AUTH] = { .type = NLA_NUL_STRING, .len = 31 },
	[IPSEC_A_SA_AUTH_KEY] = { .type = NLA_BINARY, .len = 128 },
	[IPSEC_A_SA_REPLAY_WINDOW] = NLA_POLICY_MAX(NLA_U32, 8192),
	[IPSEC_A_SA_DF] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[IPSEC_A_SA_SELECTOR] = NLA_POLICY_NESTED(ipsec_selector_nl_policy),
	[IPSEC_A_SA_SEQ] = { .type = NLA_U64 },
	[IPSEC_A_SA_TTL] = NLA_POLICY_MIN(NLA_U8, 1),
	[IPSEC_A_SA_DSCP] = NLA_POLICY_MAX(NLA_U8, 63),
	[IPSEC_A_SA_DSCP_MAP] = NLA_POLICY_RANGE(NLA_BINARY, 64, 64),
	[IPSEC_A_SA_DECAP_DSCP] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_A_SA_ECN] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_SA_FLOW_LABEL] = { .type = NLA_U32 },
	[IPSEC_A_SA_LABEL] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_SA_TFC] = NLA_POLICY_MIN(NLA_U16, 1),
	[IPSEC_A_SA_PAD_MIN] = { .type = NLA_U8 },
	[IPSEC_A_SA_ESN] = { .type = NLA_FLAG },
	[IPSEC_A_SA_SEQ_ROLLOVER] = { .type = NLA_FLAG },
	[IPSEC_A_SA_RESYNC] = { .type = NLA_U32 },
	[IPSEC_A_SA_LIFE_SOFT] = NLA_POLICY_NESTED(ipsec_life_nl_policy),
	[IPSEC_A_SA_LIFE_HARD] = NLA_POLICY_NESTED(ipsec_life_nl_policy),
	[IPSEC_A_SA_ENCAP_SPORT] = { .type = NLA_U16 },
	[IPSEC_A_SA_ENCAP_DPORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[IPSEC_A_SA_KEEPALIVE] = NLA_POLICY_MIN(NLA_U16, 1),
	[IPSEC_A_SA_FOLLOW] = { .type = NLA_FLAG },
	[IPSEC_A_SA_ORIGINAL_SRC] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SA_ORIGINAL_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
};

static const struct nla_policy
sa_get_nl_policy[IPSEC_A_SA_MAX + 1] = {
	[IPSEC_A_SA_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_SA_PROTO] = NLA_POLICY_RANGE(NLA_U8, 50, 51),
	[IPSEC_A_SA_SPI] = { .type = NLA_U32 },
	[IPSEC_A_SA_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SA_REQID] = { .type = NLA_U32 },
};

static const struct nla_policy
sa_del_nl_policy[IPSEC_A_SA_MAX + 1] = {
	[IPSEC_A_SA_PROTO] = NLA_POLICY_RANGE(NLA_U8, 50, 51),
	[IPSEC_A_SA_SPI] = { .type = NLA_U32 },
	[IPSEC_A_SA_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
};

static const struct nla_policy
sa_flush_nl_policy[IPSEC_A_SA_MAX + 1] = {
};

static const struct nla_policy
policy_new_nl_policy[IPSEC_A_POLICY_MAX + 1] = {
	[IPSEC_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_POLICY_PRIORITY] = { .type = NLA_U32 },
	[IPSEC_A_POLICY_SELECTOR] = NLA_POLICY_NESTED(ipsec_selector_nl_policy),
	[IPSEC_A_POLICY_ACTION] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[IPSEC_A_POLICY_PROTO] = NLA_POLICY_RANGE(NLA_U8, 50, 51),
	[IPSEC_A_POLICY_MODE] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_POLICY_SRC] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_POLICY_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_POLICY_REQID] = { .type = NLA_U32 },
	[IPSEC_A_POLICY_SPI] = { .type = NLA_U32 },
	[IPSEC_A_POLICY_OUTER] = NLA_POLICY_NESTED(ipsec_protect_nl_policy),
	[IPSEC_A_POLICY_MSS] = NLA_POLICY_MIN(NLA_U16, 88),
};

static const struct nla_policy
policy_get_nl_policy[IPSEC_A_POLICY_MAX + 1] = {
	[IPSEC_A_POLICY_INDEX] = { .type = NLA_U32 },
	[IPSEC_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
};

static const struct nla_policy
policy_del_nl_policy[IPSEC_A_POLICY_MAX + 1] = {
	[IPSEC_A_POLICY_INDEX] = { .type = NLA_U32 },
	[IPSEC_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_POLICY_PRIORITY] = { .type = NLA_U32 },
	[IPSEC_A_POLICY_SELECTOR] = NLA_POLICY_NESTED(ipsec_selector_nl_policy),
};

static const struct nla_policy
policy_flush_nl_policy[IPSEC_A_POLICY_MAX + 1] = {
	[IPSEC_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
};

static const struct nla_policy
config_set_nl_policy[IPSEC_A_CONFIG_MAX + 1] = {
	[IPSEC_A_CONFIG_DEFAULT_IN] = NLA_POLICY_RANGE(NLA_U8, 2, 3),
	[IPSEC_A_CONFIG_DEFAULT_OUT] = NLA_POLICY_RANGE(NLA_U8, 2, 3),
	[IPSEC_A_CONFIG_MAX_SAS] = { .type = NLA_U32 },
	[IPSEC_A_CONFIG_MAX_POLICIES] = { .type = NLA_U32 },
	[IPSEC_A_CONFIG_ICMP_CHECK] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[IPSEC_A_CONFIG_ICMP_RETURN_SA] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_A_CONFIG_ICMP_ANSWER] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_A_CONFIG_ICMP_CLEAR] = NLA_POLICY_MAX(NLA_U32, 127),
	[IPSEC_A_CONFIG_ICMP_SA] = NLA_POLICY_MAX(NLA_U32, 127),
	[IPSEC_A_CONFIG_FRAGMENT] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_CONFIG_ACQUIRE_INTERVAL] = NLA_POLICY_RANGE(NLA_U32, 1, 3600),
	[IPSEC_A_CONFIG_HOLD_PACKETS] = NLA_POLICY_MAX(NLA_U32, 1024),
	[IPSEC_A_CONFIG_HOLD_TOTAL] = NLA_POLICY_MAX(NLA_U32, 16384),
	[IPSEC_A_CONFIG_HOLD_TIME] = NLA_POLICY_MAX(NLA_U32, 300),
	[IPSEC_A_CONFIG_AUDIT_EVENTS] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_A_CONFIG_AUDIT_LOG] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_A_CONFIG_SHORTCUT] = NLA_POLICY_MAX(NLA_U8, 1),
};

static const struct nla_policy
config_get_nl_policy[IPSEC_A_CONFIG_MAX + 1] = {
};

static const struct nla_policy
stats_get_nl_policy[IPSEC_A_DROP_MAX + 1] = {
};

static const struct nla_policy
sa_dummy_nl_policy[IPSEC_A_SA_MAX + 1] = {
	[IPSEC_A_SA_PROTO] = NLA_POLICY_RANGE(NLA_U8, 50, 51),
	[IPSEC_A_SA_SPI] = { .type = NLA_U32 },
	[IPSEC_A_SA_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[IPSEC_A_SA_DUMMY_COUNT] = NLA_POLICY_MIN(NLA_U16, 1),
	[IPSEC_A_SA_DUMMY_LEN] = { .type = NLA_U16 },
};

static const struct nla_policy
acquire_get_nl_policy[IPSEC_A_ACQUIRE_MAX + 1] = {
};

static const struct nla_policy
explain_nl_policy[IPSEC_A_POLICY_MAX + 1] = {
	[IPSEC_A_POLICY_DIR] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[IPSEC_A_POLICY_SELECTOR] = NLA_POLICY_NESTED(ipsec_selector_nl_policy),
};

const struct genl_ops ipsec_nl_ops[14] = {
	{
		.cmd		= IPSEC_CMD_SA_NEW,
		.doit		= ipsec_nl_sa_new_doit,
		.policy		= ipsec_sa_new_nl_policy,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_SA_GET,
		.doit		= ipsec_nl_sa_get_doit,
		.dumpit		= ipsec_nl_sa_get_dumpit,
		.policy		= sa_get_nl_policy,
		.maxattr	= IPSEC_A_SA_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_SA_DEL,
		.doit		= ipsec_nl_sa_del_doit,
		.policy		= sa_del_nl_policy,
		.maxattr	= IPSEC_A_SA_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_SA_FLUSH,
		.doit		= ipsec_nl_sa_flush_doit,
		.policy		= sa_flush_nl_policy,
		.maxattr	= IPSEC_A_SA_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_POLICY_NEW,
		.doit		= ipsec_nl_policy_new_doit,
		.policy		= policy_new_nl_policy,
		.maxattr	= IPSEC_A_POLICY_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_POLICY_GET,
		.doit		= ipsec_nl_policy_get_doit,
		.dumpit		= ipsec_nl_policy_get_dumpit,
		.policy		= policy_get_nl_policy,
		.maxattr	= IPSEC_A_POLICY_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_POLICY_DEL,
		.doit		= ipsec_nl_policy_del_doit,
		.policy		= policy_del_nl_policy,
		.maxattr	= IPSEC_A_POLICY_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_POLICY_FLUSH,
		.doit		= ipsec_nl_policy_flush_doit,
		.policy		= policy_flush_nl_policy,
		.maxattr	= IPSEC_A_POLICY_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_CONFIG_SET,
		.doit		= ipsec_nl_config_set_doit,
		.policy		= config_set_nl_policy,
		.maxattr	= IPSEC_A_CONFIG_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_CONFIG_GET,
		.doit		= ipsec_nl_config_get_doit,
		.policy		= config_get_nl_policy,
		.maxattr	= IPSEC_A_CONFIG_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_STATS_GET,
		.dumpit		= ipsec_nl_stats_get_dumpit,
		.policy		= stats_get_nl_policy,
		.maxattr	= IPSEC_A_DROP_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_SA_DUMMY,
		.doit		= ipsec_nl_sa_dummy_doit,
		.policy		= sa_dummy_nl_policy,
		.maxattr	= IPSEC_A_SA_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_ACQUIRE_GET,
		.dumpit		= ipsec_nl_acquire_get_dumpit,
		.policy		= acquire_get_nl_policy,
		.maxattr	= IPSEC_A_ACQUIRE_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= IPSEC_CMD_EXPLAIN,
		.doit		= ipsec_nl_explain_doit,
		.policy		= explain_nl_policy,
		.maxattr	= IPSEC_A_POLICY_MAX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};

const struct genl_multicast_group ipsec_nl_mcgrps[3] = {
	[IPSEC_NLGRP_EVENTS] = {
		.name	= IPSEC_MCGRP_EVENTS,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
	[IPSEC_NLGRP_ACQUIRE] = {
		.name	= IPSEC_MCGRP_ACQUIRE,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
	[IPSEC_NLGRP_AUDIT] = {
		.name	= IPSEC_MCGRP_AUDIT,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};
