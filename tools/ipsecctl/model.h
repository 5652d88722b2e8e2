/* SPDX-License-Identifier: GPL-2.0 */
/* The neutral objects between the parser, netlink and the printer. */
#ifndef IPSECCTL_MODEL_H
#define IPSECCTL_MODEL_H

#include <linux/ipsec.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum model_both - `both` in the place of a direction; not in the uAPI */
enum model_both {
	DIR_BOTH = 0xff,
};

/* As IFNAMSIZ. */
#define SELECTOR_DEV_LEN 16

/**
 * struct addr - an IPv4 or IPv6 address
 * @family: AF_INET, AF_INET6, or AF_UNSPEC when there is none
 * @bytes: network byte order; 4 are used with AF_INET
 */
struct addr {
	uint8_t family;
	uint8_t bytes[16];
};

/**
 * struct addr_range - addresses of one IP version
 * @first: the first
 * @last: the last
 */
struct addr_range {
	struct addr first;
	struct addr last;
};

/**
 * struct addr_list - a list of ranges
 * @count: how many, 0 is ANY
 * @range: in ascending order, without overlap; a prefix is a range as well
 */
struct addr_list {
	unsigned int count;
	struct addr_range range[IPSEC_RANGES_MAX];
};

/**
 * struct port_range - ports
 * @first: the first
 * @last: the last
 */
struct port_range {
	uint16_t first;
	uint16_t last;
};

/**
 * struct port_list - a list of ranges
 * @count: how many, 0 is ANY
 * @range: in ascending order, without overlap
 */
struct port_list {
	unsigned int count;
	struct port_range range[IPSEC_RANGES_MAX];
};

/**
 * struct selector - which packets; what is not set means ANY
 * @local: local addresses
 * @remote: remote addresses
 * @local_ports: local ports
 * @remote_ports: remote ports
 * @proto: next layer protocol, 0 is ANY
 * @is_proto_opaque: the protocol must not be readable
 * @is_opaque: what @proto has of ports and types must not be readable
 * @has_icmp_type: @icmp_type and @icmp_type_max are set
 * @has_icmp_code: @icmp_code and @icmp_code_max are set
 * @has_mh_type: @mh_type and @mh_type_max are set
 * @has_mark: @mark and @mark_mask are set
 * @icmp_type: first ICMP or ICMPv6 type
 * @icmp_type_max: last
 * @icmp_code: code of the first type
 * @icmp_code_max: code of the last type
 * @mh_type: first Mobility Header type
 * @mh_type_max: last
 * @mark: mark of the packet
 * @mark_mask: bits of it to look at
 * @dev: name of the device, empty is any
 */
struct selector {
	struct addr_list local;
	struct addr_list remote;
	struct port_list local_ports;
	struct port_list remote_ports;
	uint8_t proto;
	bool is_proto_opaque;
	bool is_opaque;
	bool has_icmp_type;
	bool has_icmp_code;
	bool has_mh_type;
	bool has_mark;
	uint8_t icmp_type;
	uint8_t icmp_type_max;
	uint8_t icmp_code;
	uint8_t icmp_code_max;
	uint8_t mh_type;
	uint8_t mh_type_max;
	uint32_t mark;
	uint32_t mark_mask;
	char dev[SELECTOR_DEV_LEN];
};

/**
 * struct key - key material and where it came from
 * @data: the key, with the salt behind it where the algorithm has one
 * @len: bytes in @data
 * @path: the file it was read from, NULL when it stood in a configuration
 * @is_set: there is a key
 */
struct key {
	uint8_t data[IPSEC_KEY_MAX_LEN];
	uint32_t len;
	const char *path;
	bool is_set;
};

/** enum model_decap_dscp - what happens to the inner DSCP; not in the uAPI */
enum model_decap_dscp {
	DECAP_DSCP_KEEP = 1,
	DECAP_DSCP_COPY,
};

/**
 * struct outer - the header and the padding that an SA adds
 * @ttl: 0 is that of the route
 * @has_dscp: @dscp is set
 * @dscp: of every tunnel header
 * @has_dscp_map: @dscp_map is set
 * @decap_dscp: enum model_decap_dscp, 0 is not given
 * @ecn: enum ipsec_ecn, 0 is not given
 * @label: enum ipsec_label, 0 is not given
 * @has_flow_label: @flow_label is set
 * @pad_min: least pad length
 * @tfc: length to pad to, IPSEC_TFC_MTU is the path MTU, 0 is off
 * @flow_label: of every tunnel header
 * @dscp_map: outer DSCP by inner DSCP
 */
struct outer {
	uint8_t ttl;
	bool has_dscp;
	uint8_t dscp;
	bool has_dscp_map;
	uint8_t decap_dscp;
	uint8_t ecn;
	uint8_t label;
	bool has_flow_label;
	uint8_t pad_min;
	uint16_t tfc;
	uint32_t flow_label;
	uint8_t dscp_map[IPSEC_DSCP_MAP_LEN];
};

/**
 * struct life - lifetimes, by enum ipsec_life
 * @soft: seconds, bytes or packets, 0 is none
 * @hard: likewise
 */
struct life {
	uint64_t soft[IPSEC_LIFE_MAX + 1];
	uint64_t hard[IPSEC_LIFE_MAX + 1];
};

/**
 * struct encap - UDP encapsulation
 * @sport: UDP source port, 0 is any
 * @dport: UDP destination port, 0 is no encapsulation
 * @keepalive: seconds, 0 is off
 * @follow: the SAs back follow the peer
 * @original_src: source address before NAT, or unset
 * @original_dst: destination address before NAT, or unset
 */
struct encap {
	uint16_t sport;
	uint16_t dport;
	uint16_t keepalive;
	bool follow;
	struct addr original_src;
	struct addr original_dst;
};

/**
 * struct dummies - which dummy packets to send
 * @count: how many
 * @has_len: @len is set
 * @len: bytes of payload
 */
struct dummies {
	uint32_t count;
	bool has_len;
	uint32_t len;
};

/**
 * struct sa - what is configured of a security association
 * @dir: enum ipsec_dir
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @mode: enum ipsec_mode, 0 is not given
 * @df: enum ipsec_df, 0 is not given
 * @outer: other fields of the tunnel header, padding
 * @encap: UDP encapsulation
 * @spi: host byte order
 * @reqid: 0 is none
 * @src: on the wire
 * @dst: on the wire
 * @enc: algorithm name or ""
 * @auth: algorithm name or ""
 * @enc_key: key of @enc
 * @auth_key: key of @auth
 * @has_replay_window: @replay_window is set
 * @replay_window: packets, 0 is off
 * @esn: extended sequence numbers
 * @seq_rollover: outbound: 0 follows the last sequence number
 * @has_seq: @seq is set
 * @seq: last sequence number sent, or highest received, before the SA begins
 * @has_resync: @resync is set
 * @resync: inbound: wrong ICVs before a resynchronisation, 0 is never
 * @life: its lifetimes
 * @has_selector: the SA has a selector of its own, even if it says ANY
 * @selector: which packets it may carry
 */
struct sa {
	uint8_t dir;
	uint8_t proto;
	uint8_t mode;
	uint8_t df;
	struct outer outer;
	struct encap encap;
	uint32_t spi;
	uint32_t reqid;
	struct addr src;
	struct addr dst;
	char enc[IPSEC_ALG_NAME_MAX + 1];
	char auth[IPSEC_ALG_NAME_MAX + 1];
	struct key enc_key;
	struct key auth_key;
	bool has_replay_window;
	uint32_t replay_window;
	bool esn;
	bool seq_rollover;
	bool has_seq;
	uint64_t seq;
	bool has_resync;
	uint32_t resync;
	struct life life;
	bool has_selector;
	struct selector selector;
};

/**
 * struct drop - one drop counter
 * @name: name of the reason
 * @count: packets
 */
struct drop {
	char name[32];
	uint64_t count;
};

#define SA_DROPS_MAX 64

/**
 * struct sa_state - what the kernel adds when it shows an SA
 * @key_bits: length of the encryption key without its salt
 * @seq: last sequence number sent, or highest received
 * @packets: packets protected or verified
 * @bytes: their bytes
 * @pmtu: outbound: path MTU, 0 without a route
 * @pmtu_expires: seconds until it is forgotten, 0 when nothing was told
 * @peer: where the peer is if not where it was configured to be, or unset
 * @peer_port: its UDP port
 * @old_peer: where it was before (in an event)
 * @old_peer_port: its UDP port there, 0 is not known
 * @driver: implementation in the crypto API
 * @has_life_used: @life_used is set
 * @life_used: what is used of the lifetimes, by enum ipsec_life
 * @is_used: there was a packet: the one for use is set
 * @soft_expired: enum ipsec_life of the soft lifetime that is over, 0 is none
 * @hard_expired: enum ipsec_life of the hard one
 * @drops: counters that are not zero
 * @drop_count: how many
 */
struct sa_state {
	uint32_t key_bits;
	uint64_t seq;
	uint64_t packets;
	uint64_t bytes;
	uint32_t pmtu;
	uint32_t pmtu_expires;
	struct addr peer;
	uint16_t peer_port;
	struct addr old_peer;
	uint16_t old_peer_port;
	char driver[128];
	bool has_life_used;
	uint64_t life_used[IPSEC_LIFE_MAX + 1];
	bool is_used;
	uint8_t soft_expired;
	uint8_t hard_expired;
	struct drop drops[SA_DROPS_MAX];
	unsigned int drop_count;
};

/**
 * struct protect - one SA that a PROTECT policy asks for
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @mode: enum ipsec_mode
 * @src: tunnel mode: source of the tunnel in this direction
 * @dst: tunnel mode: destination of the tunnel
 * @reqid: SAs with this reqid, or 0
 * @spi: the one SA, or 0
 */
struct protect {
	uint8_t proto;
	uint8_t mode;
	struct addr src;
	struct addr dst;
	uint32_t reqid;
	uint32_t spi;
};

/**
 * struct policy - one SPD entry
 * @index: number given by the kernel, 0 is unknown
 * @dir: enum ipsec_dir, or DIR_BOTH on the way to model_expand_both()
 * @priority: lowest first
 * @selector: which packets
 * @action: enum ipsec_action
 * @protect_count: PROTECT: how many SAs are nested in each other
 * @protect: PROTECT: the SAs, the innermost first
 * @packets: packets it decided on (from the kernel)
 * @mss: PROTECT: most that TCP's MSS option may say, IPSEC_MSS_AUTO, 0 is off
 */
struct policy {
	uint32_t index;
	uint8_t dir;
	uint32_t priority;
	struct selector selector;
	uint8_t action;
	unsigned int protect_count;
	struct protect protect[IPSEC_NEST_MAX];
	uint64_t packets;
	uint16_t mss;
};

/**
 * struct decision - what would happen to a packet (from the kernel)
 * @index: of the policy that decides, 0 is the default
 * @action: enum ipsec_action
 * @reason: enum ipsec_reason, 0 is none
 * @sa_count: how many SAs would protect it
 * @sa: the SAs, the innermost first
 */
struct decision {
	uint32_t index;
	uint8_t action;
	uint32_t reason;
	unsigned int sa_count;
	struct protect sa[IPSEC_NEST_MAX];
};

#define POLICY_PRIORITY_DEFAULT 1000

/** enum model_switch - a setting that is on or off; not in the uAPI */
enum model_switch {
	SWITCH_OFF = 1,
	SWITCH_ON,
};

#define ICMP_ERRORS_ALL ((UINT32_C(1) << (IPSEC_ICMP_ERROR_MAX + 1)) - 1)

/** enum limit_id - what is limited in a namespace: places in model_limits */
enum limit_id {
	LIMIT_MAX_SAS,
	LIMIT_MAX_POLICIES,
	LIMIT_ACQUIRE_INTERVAL,
	LIMIT_HOLD_PACKETS,
	LIMIT_HOLD_TOTAL,
	LIMIT_HOLD_TIME,
	LIMIT_COUNT
};

/**
 * struct limit - one of them
 * @name: its word
 * @key: its name in JSON
 * @attr: its attribute
 * @min: smallest value
 * @max: largest value
 */
struct limit {
	const char *name;
	const char *key;
	uint16_t attr;
	uint32_t min;
	uint32_t max;
};

extern const struct limit model_limits[LIMIT_COUNT];

/**
 * struct config - settings of the namespace
 * @default_in: enum ipsec_action, 0 is not given
 * @default_out: enum ipsec_action, 0 is not given
 * @has_limit: @limit is given, by enum limit_id
 * @limit: the limits, by enum limit_id
 * @audit_events: enum model_switch, 0 is not given: auditable events are told
 * @audit_log: enum model_switch, 0 is not given: they are in the audit log
 * @sas: SAs that exist (from the kernel)
 * @policies: policies that exist (from the kernel)
 * @icmp_check: enum ipsec_icmp_check, 0 is not given
 * @icmp_return_sa: enum model_switch, 0 is not given
 * @icmp_answer: enum model_switch, 0 is not given
 * @fragment: enum ipsec_fragment, 0 is not given
 * @shortcut: enum model_switch, 0 is not given: packets take the shortcut
 * @has_icmp_clear: @icmp_clear is given
 * @has_icmp_sa: @icmp_sa is given
 * @icmp_clear: mask of enum ipsec_icmp_error, accepted in clear
 * @icmp_sa: the same, accepted through an SA
 */
struct config {
	uint8_t default_in;
	uint8_t default_out;
	bool has_limit[LIMIT_COUNT];
	uint32_t limit[LIMIT_COUNT];
	uint8_t audit_events;
	uint8_t audit_log;
	uint32_t sas;
	uint32_t policies;
	uint8_t icmp_check;
	uint8_t icmp_return_sa;
	uint8_t icmp_answer;
	uint8_t fragment;
	uint8_t shortcut;
	bool has_icmp_clear;
	bool has_icmp_sa;
	uint32_t icmp_clear;
	uint32_t icmp_sa;
};

/**
 * struct acquire - an SA that the kernel asks for
 * @seq: number of the question
 * @policy: index of the policy that needs it
 * @inside: how many SAs of the policy are applied before it
 * @flow: the packet that could not be sent
 * @mark: its mark
 * @sa: what the SA must have; with addresses in transport mode, too
 * @has_held: @held is known
 * @held: packets that wait for it
 */
struct acquire {
	uint32_t seq;
	uint32_t policy;
	uint8_t inside;
	struct selector flow;
	uint32_t mark;
	struct protect sa;
	bool has_held;
	uint32_t held;
};

/**
 * struct audit_event - one auditable event; what is not known is 0
 * @event: enum ipsec_audit
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @spi: host byte order
 * @src: source address
 * @dst: destination address
 * @has_seq: @seq is set
 * @seq: sequence number
 * @has_label: @label is set
 * @label: flow label
 * @time: nanoseconds since 1970
 * @suppressed: events of this kind that were not told before this one
 * @reason: name of the drop reason or ""
 * @sa_dst: destination of the SA, when @dst is not
 * @has_packet: @packet is set
 * @packet: selector values of the packet
 * @has_selector: @selector is set
 * @selector: that of the SA
 */
struct audit_event {
	uint8_t event;
	uint8_t proto;
	uint32_t spi;
	struct addr src;
	struct addr dst;
	bool has_seq;
	uint64_t seq;
	bool has_label;
	uint32_t label;
	uint64_t time;
	uint64_t suppressed;
	char reason[32];
	struct addr sa_dst;
	bool has_packet;
	struct selector packet;
	bool has_selector;
	struct selector selector;
};

/** enum statement_kind - what a line of a configuration asks for */
enum statement_kind {
	STATEMENT_SA,
	STATEMENT_POLICY,
	STATEMENT_CONFIG,
};

/**
 * struct statement - one line of a configuration
 * @kind: which member is valid
 * @line: where it begins
 * @sa: with STATEMENT_SA
 * @policy: with STATEMENT_POLICY
 * @config: with STATEMENT_CONFIG
 */
struct statement {
	enum statement_kind kind;
	unsigned int line;
	union {
		struct sa sa;
		struct policy policy;
		struct config config;
	};
};

uint8_t model_selector_family(const struct selector *sel);
bool model_selector_is_any(const struct selector *sel);
void model_selector_normalise(struct selector *sel);
bool model_selector_equal(const struct selector *a, const struct selector *b);
unsigned int model_expand_both(const struct policy *policy,
			       struct policy out[2]);

#endif /* IPSECCTL_MODEL_H */
