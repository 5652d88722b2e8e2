// SPDX-License-Identifier: GPL-2.0
// Do not edit directly, auto-generated from:
//	Documentation/netlink/specs/ipsec.yaml
// names for ipsecctl, by tools/ipsecctl/gen-names.py

#include "names_gen.h"

static const struct attr_name addr_range_attrs[] = {
	[IPSEC_A_ADDR_RANGE_FIRST] = { "first", NULL },
	[IPSEC_A_ADDR_RANGE_LAST] = { "last", NULL },
};

static const struct attr_set addr_range_set = {
	addr_range_attrs, IPSEC_A_ADDR_RANGE_MAX
};

static const struct attr_name port_range_attrs[] = {
	[IPSEC_A_PORT_RANGE_FIRST] = { "first", NULL },
	[IPSEC_A_PORT_RANGE_LAST] = { "last", NULL },
};

static const struct attr_set port_range_set = {
	port_range_attrs, IPSEC_A_PORT_RANGE_MAX
};

static const struct attr_name selector_attrs[] = {
	[IPSEC_A_SELECTOR_LOCAL_ADDR] = { "local-addr", NULL },
	[IPSEC_A_SELECTOR_LOCAL_PLEN] = { "local-plen", NULL },
	[IPSEC_A_SELECTOR_REMOTE_ADDR] = { "remote-addr", NULL },
	[IPSEC_A_SELECTOR_REMOTE_PLEN] = { "remote-plen", NULL },
	[IPSEC_A_SELECTOR_PROTO] = { "proto", NULL },
	[IPSEC_A_SELECTOR_LOCAL_PORT_MIN] = { "local-port-min", NULL },
	[IPSEC_A_SELECTOR_LOCAL_PORT_MAX] = { "local-port-max", NULL },
	[IPSEC_A_SELECTOR_REMOTE_PORT_MIN] = { "remote-port-min", NULL },
	[IPSEC_A_SELECTOR_REMOTE_PORT_MAX] = { "remote-port-max", NULL },
	[IPSEC_A_SELECTOR_ICMP_TYPE] = { "icmp-type", NULL },
	[IPSEC_A_SELECTOR_ICMP_CODE] = { "icmp-code", NULL },
	[IPSEC_A_SELECTOR_ICMP_TYPE_MAX] = { "icmp-type-max", NULL },
	[IPSEC_A_SELECTOR_ICMP_CODE_MAX] = { "icmp-code-max", NULL },
	[IPSEC_A_SELECTOR_MH_TYPE] = { "mh-type", NULL },
	[IPSEC_A_SELECTOR_MH_TYPE_MAX] = { "mh-type-max", NULL },
	[IPSEC_A_SELECTOR_OPAQUE] = { "opaque", NULL },
	[IPSEC_A_SELECTOR_PROTO_OPAQUE] = { "proto-opaque", NULL },
	[IPSEC_A_SELECTOR_LOCAL_RANGE] = { "local-range", &addr_range_set },
	[IPSEC_A_SELECTOR_REMOTE_RANGE] = { "remote-range", &addr_range_set },
	[IPSEC_A_SELECTOR_LOCAL_PORTS] = { "local-ports", &port_range_set },
	[IPSEC_A_SELECTOR_REMOTE_PORTS] = { "remote-ports", &port_range_set },
	[IPSEC_A_SELECTOR_MARK] = { "mark", NULL },
	[IPSEC_A_SELECTOR_MARK_MASK] = { "mark-mask", NULL },
	[IPSEC_A_SELECTOR_DEV] = { "dev", NULL },
};

static const struct attr_set selector_set = {
	selector_attrs, IPSEC_A_SELECTOR_MAX
};

static const struct attr_name drop_attrs[] = {
	[IPSEC_A_DROP_REASON] = { "reason", NULL },
	[IPSEC_A_DROP_NAME] = { "name", NULL },
	[IPSEC_A_DROP_COUNT] = { "count", NULL },
	[IPSEC_A_DROP_PAD] = { "pad", NULL },
};

static const struct attr_set drop_set = {
	drop_attrs, IPSEC_A_DROP_MAX
};

static const struct attr_name life_attrs[] = {
	[IPSEC_A_LIFE_TIME] = { "time", NULL },
	[IPSEC_A_LIFE_USE] = { "use", NULL },
	[IPSEC_A_LIFE_BYTES] = { "bytes", NULL },
	[IPSEC_A_LIFE_PACKETS] = { "packets", NULL },
	[IPSEC_A_LIFE_IDLE] = { "idle", NULL },
	[IPSEC_A_LIFE_PAD] = { "pad", NULL },
};

static const struct attr_set life_set = {
	life_attrs, IPSEC_A_LIFE_MAX
};

static const struct attr_name sa_attrs[] = {
	[IPSEC_A_SA_DIR] = { "dir", NULL },
	[IPSEC_A_SA_PROTO] = { "proto", NULL },
	[IPSEC_A_SA_SPI] = { "spi", NULL },
	[IPSEC_A_SA_SRC] = { "src", NULL },
	[IPSEC_A_SA_DST] = { "dst", NULL },
	[IPSEC_A_SA_MODE] = { "mode", NULL },
	[IPSEC_A_SA_REQID] = { "reqid", NULL },
	[IPSEC_A_SA_ENC] = { "enc", NULL },
	[IPSEC_A_SA_ENC_KEY] = { "enc-key", NULL },
	[IPSEC_A_SA_AUTH] = { "auth", NULL },
	[IPSEC_A_SA_AUTH_KEY] = { "auth-key", NULL },
	[IPSEC_A_SA_REPLAY_WINDOW] = { "replay-window", NULL },
	[IPSEC_A_SA_DF] = { "df", NULL },
	[IPSEC_A_SA_SELECTOR] = { "selector", &selector_set },
	[IPSEC_A_SA_KEY_BITS] = { "key-bits", NULL },
	[IPSEC_A_SA_SEQ] = { "seq", NULL },
	[IPSEC_A_SA_PACKETS] = { "packets", NULL },
	[IPSEC_A_SA_BYTES] = { "bytes", NULL },
	[IPSEC_A_SA_DROPS] = { "drops", &drop_set },
	[IPSEC_A_SA_DRIVER] = { "driver", NULL },
	[IPSEC_A_SA_PAD] = { "pad", NULL },
	[IPSEC_A_SA_TTL] = { "ttl", NULL },
	[IPSEC_A_SA_DSCP] = { "dscp", NULL },
	[IPSEC_A_SA_DSCP_MAP] = { "dscp-map", NULL },
	[IPSEC_A_SA_DECAP_DSCP] = { "decap-dscp", NULL },
	[IPSEC_A_SA_ECN] = { "ecn", NULL },
	[IPSEC_A_SA_FLOW_LABEL] = { "flow-label", NULL },
	[IPSEC_A_SA_LABEL] = { "label", NULL },
	[IPSEC_A_SA_TFC] = { "tfc", NULL },
	[IPSEC_A_SA_PAD_MIN] = { "pad-min", NULL },
	[IPSEC_A_SA_DUMMY_COUNT] = { "dummy-count", NULL },
	[IPSEC_A_SA_DUMMY_LEN] = { "dummy-len", NULL },
	[IPSEC_A_SA_ESN] = { "esn", NULL },
	[IPSEC_A_SA_SEQ_ROLLOVER] = { "seq-rollover", NULL },
	[IPSEC_A_SA_RESYNC] = { "resync", NULL },
	[IPSEC_A_SA_PMTU] = { "pmtu", NULL },
	[IPSEC_A_SA_PMTU_EXPIRES] = { "pmtu-expires", NULL },
	[IPSEC_A_SA_LIFE_SOFT] = { "life-soft", &life_set },
	[IPSEC_A_SA_LIFE_HARD] = { "life-hard", &life_set },
	[IPSEC_A_SA_LIFE_USED] = { "life-used", &life_set },
	[IPSEC_A_SA_SOFT_EXPIRED] = { "soft-expired", NULL },
	[IPSEC_A_SA_HARD_EXPIRED] = { "hard-expired", NULL },
	[IPSEC_A_SA_ENCAP_SPORT] = { "encap-sport", NULL },
	[IPSEC_A_SA_ENCAP_DPORT] = { "encap-dport", NULL },
	[IPSEC_A_SA_KEEPALIVE] = { "keepalive", NULL },
	[IPSEC_A_SA_FOLLOW] = { "follow", NULL },
	[IPSEC_A_SA_ORIGINAL_SRC] = { "original-src", NULL },
	[IPSEC_A_SA_ORIGINAL_DST] = { "original-dst", NULL },
	[IPSEC_A_SA_PEER] = { "peer", NULL },
	[IPSEC_A_SA_PEER_PORT] = { "peer-port", NULL },
	[IPSEC_A_SA_OLD_PEER] = { "old-peer", NULL },
	[IPSEC_A_SA_OLD_PEER_PORT] = { "old-peer-port", NULL },
};

static const struct attr_set sa_set = {
	sa_attrs, IPSEC_A_SA_MAX
};

static const struct attr_name protect_attrs[] = {
	[IPSEC_A_PROTECT_PROTO] = { "proto", NULL },
	[IPSEC_A_PROTECT_MODE] = { "mode", NULL },
	[IPSEC_A_PROTECT_SRC] = { "src", NULL },
	[IPSEC_A_PROTECT_DST] = { "dst", NULL },
	[IPSEC_A_PROTECT_REQID] = { "reqid", NULL },
	[IPSEC_A_PROTECT_SPI] = { "spi", NULL },
};

static const struct attr_set protect_set = {
	protect_attrs, IPSEC_A_PROTECT_MAX
};

static const struct attr_name policy_attrs[] = {
	[IPSEC_A_POLICY_INDEX] = { "index", NULL },
	[IPSEC_A_POLICY_DIR] = { "dir", NULL },
	[IPSEC_A_POLICY_PRIORITY] = { "priority", NULL },
	[IPSEC_A_POLICY_SELECTOR] = { "selector", &selector_set },
	[IPSEC_A_POLICY_ACTION] = { "action", NULL },
	[IPSEC_A_POLICY_PROTO] = { "proto", NULL },
	[IPSEC_A_POLICY_MODE] = { "mode", NULL },
	[IPSEC_A_POLICY_SRC] = { "src", NULL },
	[IPSEC_A_POLICY_DST] = { "dst", NULL },
	[IPSEC_A_POLICY_REQID] = { "reqid", NULL },
	[IPSEC_A_POLICY_SPI] = { "spi", NULL },
	[IPSEC_A_POLICY_PACKETS] = { "packets", NULL },
	[IPSEC_A_POLICY_PAD] = { "pad", NULL },
	[IPSEC_A_POLICY_OUTER] = { "outer", &protect_set },
	[IPSEC_A_POLICY_MSS] = { "mss", NULL },
	[IPSEC_A_POLICY_REASON] = { "reason", NULL },
	[IPSEC_A_POLICY_SA] = { "sa", &protect_set },
};

static const struct attr_set policy_set = {
	policy_attrs, IPSEC_A_POLICY_MAX
};

static const struct attr_name config_attrs[] = {
	[IPSEC_A_CONFIG_DEFAULT_IN] = { "default-in", NULL },
	[IPSEC_A_CONFIG_DEFAULT_OUT] = { "default-out", NULL },
	[IPSEC_A_CONFIG_MAX_SAS] = { "max-sas", NULL },
	[IPSEC_A_CONFIG_MAX_POLICIES] = { "max-policies", NULL },
	[IPSEC_A_CONFIG_SAS] = { "sas", NULL },
	[IPSEC_A_CONFIG_POLICIES] = { "policies", NULL },
	[IPSEC_A_CONFIG_ICMP_CHECK] = { "icmp-check", NULL },
	[IPSEC_A_CONFIG_ICMP_RETURN_SA] = { "icmp-return-sa", NULL },
	[IPSEC_A_CONFIG_ICMP_ANSWER] = { "icmp-answer", NULL },
	[IPSEC_A_CONFIG_ICMP_CLEAR] = { "icmp-clear", NULL },
	[IPSEC_A_CONFIG_ICMP_SA] = { "icmp-sa", NULL },
	[IPSEC_A_CONFIG_FRAGMENT] = { "fragment", NULL },
	[IPSEC_A_CONFIG_ACQUIRE_INTERVAL] = { "acquire-interval", NULL },
	[IPSEC_A_CONFIG_HOLD_PACKETS] = { "hold-packets", NULL },
	[IPSEC_A_CONFIG_HOLD_TOTAL] = { "hold-total", NULL },
	[IPSEC_A_CONFIG_HOLD_TIME] = { "hold-time", NULL },
	[IPSEC_A_CONFIG_AUDIT_EVENTS] = { "audit-events", NULL },
	[IPSEC_A_CONFIG_AUDIT_LOG] = { "audit-log", NULL },
	[IPSEC_A_CONFIG_SHORTCUT] = { "shortcut", NULL },
};

static const struct attr_set config_set = {
	config_attrs, IPSEC_A_CONFIG_MAX
};

static const struct attr_name acquire_attrs[] = {
	[IPSEC_A_ACQUIRE_SEQ] = { "seq", NULL },
	[IPSEC_A_ACQUIRE_POLICY] = { "policy", NULL },
	[IPSEC_A_ACQUIRE_FLOW] = { "flow", &selector_set },
	[IPSEC_A_ACQUIRE_MARK] = { "mark", NULL },
	[IPSEC_A_ACQUIRE_INSIDE] = { "inside", NULL },
	[IPSEC_A_ACQUIRE_PROTO] = { "proto", NULL },
	[IPSEC_A_ACQUIRE_MODE] = { "mode", NULL },
	[IPSEC_A_ACQUIRE_SRC] = { "src", NULL },
	[IPSEC_A_ACQUIRE_DST] = { "dst", NULL },
	[IPSEC_A_ACQUIRE_REQID] = { "reqid", NULL },
	[IPSEC_A_ACQUIRE_SPI] = { "spi", NULL },
	[IPSEC_A_ACQUIRE_HELD] = { "held", NULL },
};

static const struct attr_set acquire_set = {
	acquire_attrs, IPSEC_A_ACQUIRE_MAX
};

static const struct attr_name audit_attrs[] = {
	[IPSEC_A_AUDIT_EVENT] = { "event", NULL },
	[IPSEC_A_AUDIT_TIME] = { "time", NULL },
	[IPSEC_A_AUDIT_PROTO] = { "proto", NULL },
	[IPSEC_A_AUDIT_SPI] = { "spi", NULL },
	[IPSEC_A_AUDIT_SRC] = { "src", NULL },
	[IPSEC_A_AUDIT_DST] = { "dst", NULL },
	[IPSEC_A_AUDIT_SEQ] = { "seq", NULL },
	[IPSEC_A_AUDIT_FLOW_LABEL] = { "flow-label", NULL },
	[IPSEC_A_AUDIT_SUPPRESSED] = { "suppressed", NULL },
	[IPSEC_A_AUDIT_REASON] = { "reason", NULL },
	[IPSEC_A_AUDIT_SA_DST] = { "sa-dst", NULL },
	[IPSEC_A_AUDIT_PACKET] = { "packet", &selector_set },
	[IPSEC_A_AUDIT_SELECTOR] = { "selector", &selector_set },
	[IPSEC_A_AUDIT_PAD] = { "pad", NULL },
};

static const struct attr_set audit_set = {
	audit_attrs, IPSEC_A_AUDIT_MAX
};

const struct attr_set *const
names_gen_commands[IPSEC_CMD_MAX + 1] = {
	[IPSEC_CMD_SA_NEW] = &sa_set,
	[IPSEC_CMD_SA_GET] = &sa_set,
	[IPSEC_CMD_SA_DEL] = &sa_set,
	[IPSEC_CMD_SA_FLUSH] = &sa_set,
	[IPSEC_CMD_POLICY_NEW] = &policy_set,
	[IPSEC_CMD_POLICY_GET] = &policy_set,
	[IPSEC_CMD_POLICY_DEL] = &policy_set,
	[IPSEC_CMD_POLICY_FLUSH] = &policy_set,
	[IPSEC_CMD_CONFIG_SET] = &config_set,
	[IPSEC_CMD_CONFIG_GET] = &config_set,
	[IPSEC_CMD_STATS_GET] = &drop_set,
	[IPSEC_CMD_SA_DUMMY] = &sa_set,
	[IPSEC_CMD_ACQUIRE_GET] = &acquire_set,
	[IPSEC_CMD_EXPLAIN] = &policy_set,
	[IPSEC_CMD_AUDIT_NTF] = &audit_set,
};

const struct reason names_gen_reasons[IPSEC_REASON_MAX + 1] = {
	[IPSEC_REASON_NO_SA] = {
		"no-sa",
		"Inbound AH or ESP packet whose SPI, destination and protocol name no SA (RFC 4301 5.2)."
	},
	[IPSEC_REASON_NOT_OURS] = {
		"not-ours",
		"Not a drop - AH or ESP packet left to the kernel's own IPsec because it is in use in this namespace."
	},
	[IPSEC_REASON_MALFORMED] = {
		"malformed",
		"Inbound AH or ESP packet too short, or with lengths that contradict each other."
	},
	[IPSEC_REASON_FRAGMENT] = {
		"fragment",
		"A fragment reached AH or ESP, or would have been given to a transport mode SA (RFC 4303 3.3.4, 3.4.1)."
	},
	[IPSEC_REASON_REPLAY] = {
		"replay",
		"Sequence number seen before (RFC 4303 3.4.3)."
	},
	[IPSEC_REASON_REPLAY_OLD] = {
		"replay-old",
		"Sequence number left of the anti-replay window (RFC 4303 3.4.3)."
	},
	[IPSEC_REASON_ICV] = {
		"icv",
		"The integrity check value is wrong (RFC 4303 3.4.4, RFC 4302 3.4.4)."
	},
	[IPSEC_REASON_PADDING] = {
		"padding",
		"Authentic ESP packet whose padding length or padding bytes are wrong (RFC 4303 2.4, 2.5)."
	},
	[IPSEC_REASON_INNER_HEADER] = {
		"inner-header",
		"Authentic packet whose inner IP header or next header makes no sense in the mode of the SA, or outbound packet whose headers do."
	},
	[IPSEC_REASON_ECN] = {
		"ecn",
		"Inner packet is Not-ECT but the tunnel header says congestion experienced (RFC 6040 4.2)."
	},
	[IPSEC_REASON_DUMMY] = {
		"dummy",
		"Not an error - traffic flow confidentiality dummy, next header 59 (RFC 4303 2.6)."
	},
	[IPSEC_REASON_SA_SELECTOR] = {
		"sa-selector",
		"Authentic packet outside the selectors of the SA that protected it (RFC 4301 5.2 step 4)."
	},
	[IPSEC_REASON_IN_POLICY] = {
		"in-policy",
		"Authentic packet for which the SPD asks for another SA, BYPASS or DISCARD (RFC 4301 5.2)."
	},
	[IPSEC_REASON_IN_NO_POLICY] = {
		"in-no-policy",
		"Authentic packet that matches no IN policy, from an SA without selectors of its own (RFC 4301 5.2)."
	},
	[IPSEC_REASON_IN_CLEAR] = {
		"in-clear",
		"Clear packet that an IN policy says must be protected (RFC 4301 5.2)."
	},
	[IPSEC_REASON_IN_DISCARD] = {
		"in-discard",
		"An IN policy says DISCARD."
	},
	[IPSEC_REASON_IN_DEFAULT] = {
		"in-default",
		"No IN policy matches and the default is DISCARD."
	},
	[IPSEC_REASON_OUT_DISCARD] = {
		"out-discard",
		"An OUT policy says DISCARD."
	},
	[IPSEC_REASON_OUT_DEFAULT] = {
		"out-default",
		"No OUT policy matches and the default is DISCARD."
	},
	[IPSEC_REASON_OUT_NO_SA] = {
		"out-no-sa",
		"An OUT policy says PROTECT and no usable SA exists (RFC 4301 5.1)."
	},
	[IPSEC_REASON_OUT_CHANGED] = {
		"out-changed",
		"The packet was to be protected, and NAT or a policy change then moved it out of every PROTECT policy."
	},
	[IPSEC_REASON_SEQ_OVERFLOW] = {
		"seq-overflow",
		"The sequence number of the SA would cycle (RFC 4303 3.3.3)."
	},
	[IPSEC_REASON_TOO_BIG] = {
		"too-big",
		"Does not fit the path MTU of the SA and may not be fragmented; answered with ICMP (RFC 4301 8.2.1)."
	},
	[IPSEC_REASON_NO_ROUTE] = {
		"no-route",
		"No route to the peer of the SA."
	},
	[IPSEC_REASON_LOOP] = {
		"loop",
		"The route to the peer of the SA leads back into IPsec, or too many SAs are nested."
	},
	[IPSEC_REASON_NO_MEMORY] = {
		"no-memory",
		"No memory for the packet or for its cryptographic request."
	},
	[IPSEC_REASON_CRYPTO] = {
		"crypto",
		"The kernel's crypto API refused or failed the request for a reason other than the ICV."
	},
	[IPSEC_REASON_QUEUE_FULL] = {
		"queue-full",
		"A queue of packets that wait for re-entry into the stack is full."
	},
	[IPSEC_REASON_DEAD] = {
		"dead",
		"The SA, the device or the namespace went away while the packet was in the middle of processing."
	},
	[IPSEC_REASON_CHECKSUM] = {
		"checksum",
		"Outbound packet whose transport checksum could not be completed or whose segments could not be made."
	},
	[IPSEC_REASON_IN_NEST] = {
		"in-nest",
		"Authentic packet that came through other SAs, in number or order, than those that its policy nests in each other."
	},
	[IPSEC_REASON_NEST_DEPTH] = {
		"nest-depth",
		"AH or ESP inside of as many AH and ESP headers as are taken off one packet."
	},
	[IPSEC_REASON_ICMP_PAYLOAD] = {
		"icmp-payload",
		"Authentic ICMP error about a packet whose return traffic may not come from this SA (RFC 4301 6.2)."
	},
	[IPSEC_REASON_ICMP_REFUSED] = {
		"icmp-refused",
		"ICMP error for this host of a type that the settings do not accept (RFC 4301 6.1)."
	},
	[IPSEC_REASON_ICMP_UNKNOWN] = {
		"icmp-unknown",
		"Not a drop - ICMP error about an AH or ESP packet that no SA of this namespace has sent; nothing is changed by it."
	},
	[IPSEC_REASON_OUT_ICMP_NO_SA] = {
		"out-icmp-no-sa",
		"ICMP error without a policy of its own, about a packet whose return traffic is protected, and no usable SA exists (RFC 4301 6.2)."
	},
	[IPSEC_REASON_EXPIRED] = {
		"expired",
		"A hard lifetime of the SA was over, or the packet would have gone beyond it (RFC 4301 4.4.2.1)."
	},
	[IPSEC_REASON_ACQUIRE_TIMEOUT] = {
		"acquire-timeout",
		"Waited for an SA that did not come within hold-time (RFC 4301 5.1)."
	},
	[IPSEC_REASON_ACQUIRE_FULL] = {
		"acquire-full",
		"An OUT policy says PROTECT, no usable SA exists, and no more packets may wait for one, or no more SAs be asked for."
	},
	[IPSEC_REASON_FRAGMENT_OFFSET] = {
		"fragment-offset",
		"Authentic IPv4 fragment that begins inside of the next layer header, over which policy was decided (RFC 4301 7.2)."
	},
	[IPSEC_REASON_ENCAP] = {
		"encap",
		"ESP came in UDP for an SA without UDP encapsulation or with another port, or without UDP for an SA with it."
	},
	[IPSEC_REASON_ENCAP_IKE] = {
		"encap-ike",
		"IKE came to a UDP port that SAs have opened and that no daemon owns (RFC 3948 2.2)."
	},
	[IPSEC_REASON_KEEPALIVE] = {
		"keepalive",
		"Not an error - NAT keepalive to a UDP port that SAs have opened (RFC 3948 2.3)."
	},
};
