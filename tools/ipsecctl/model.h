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
 * struct selector - which packets; what is not set means ANY
 * @local: local prefix
 * @remote: remote prefix
 * @local_plen: its length
 * @remote_plen: its length
 * @proto: next layer protocol, 0 is ANY
 * @has_local_port: the two local ports are set
 * @has_remote_port: the two remote ports are set
 * @has_icmp_type: @icmp_type is set
 * @has_icmp_code: @icmp_code is set
 * @icmp_type: ICMP or ICMPv6 type
 * @icmp_code: ICMP or ICMPv6 code
 * @local_port_min: first local port
 * @local_port_max: last local port
 * @remote_port_min: first remote port
 * @remote_port_max: last remote port
 */
struct selector {
	struct addr local;
	struct addr remote;
	uint8_t local_plen;
	uint8_t remote_plen;
	uint8_t proto;
	bool has_local_port;
	bool has_remote_port;
	bool has_icmp_type;
	bool has_icmp_code;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint16_t local_port_min;
	uint16_t local_port_max;
	uint16_t remote_port_min;
	uint16_t remote_port_max;
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

/**
 * struct sa - what is configured of a security association
 * @dir: enum ipsec_dir
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @mode: enum ipsec_mode, 0 is not given
 * @df: enum ipsec_df, 0 is not given
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
 * @has_selector: the SA has a selector of its own, even if it says ANY
 * @selector: which packets it may carry
 */
struct sa {
	uint8_t dir;
	uint8_t proto;
	uint8_t mode;
	uint8_t df;
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
 * @driver: implementation in the crypto API
 * @drops: counters that are not zero
 * @drop_count: how many
 */
struct sa_state {
	uint32_t key_bits;
	uint64_t seq;
	uint64_t packets;
	uint64_t bytes;
	char driver[128];
	struct drop drops[SA_DROPS_MAX];
	unsigned int drop_count;
};

/**
 * struct policy - one SPD entry
 * @index: number given by the kernel, 0 is unknown
 * @dir: enum ipsec_dir, or DIR_BOTH on the way to model_expand_both()
 * @priority: lowest first
 * @selector: which packets
 * @action: enum ipsec_action
 * @proto: PROTECT: IPPROTO_ESP or IPPROTO_AH
 * @mode: PROTECT: enum ipsec_mode
 * @src: PROTECT in tunnel mode: source of the tunnel in this direction
 * @dst: PROTECT in tunnel mode: destination of the tunnel
 * @reqid: PROTECT: SAs with this reqid, or 0
 * @spi: PROTECT: the one SA, or 0
 * @packets: packets it decided on (from the kernel)
 */
struct policy {
	uint32_t index;
	uint8_t dir;
	uint32_t priority;
	struct selector selector;
	uint8_t action;
	uint8_t proto;
	uint8_t mode;
	struct addr src;
	struct addr dst;
	uint32_t reqid;
	uint32_t spi;
	uint64_t packets;
};

#define POLICY_PRIORITY_DEFAULT 1000

/**
 * struct config - settings of the namespace
 * @default_in: enum ipsec_action, 0 is not given
 * @default_out: enum ipsec_action, 0 is not given
 * @has_max_sas: @max_sas is given
 * @has_max_policies: @max_policies is given
 * @max_sas: most SAs, 0 is no limit
 * @max_policies: most policies, 0 is no limit
 * @sas: SAs that exist (from the kernel)
 * @policies: policies that exist (from the kernel)
 */
struct config {
	uint8_t default_in;
	uint8_t default_out;
	bool has_max_sas;
	bool has_max_policies;
	uint32_t max_sas;
	uint32_t max_policies;
	uint32_t sas;
	uint32_t policies;
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

bool model_selector_is_any(const struct selector *sel);
void model_selector_normalise(struct selector *sel);
bool model_selector_equal(const struct selector *a, const struct selector *b);
unsigned int model_expand_both(const struct policy *policy,
			       struct policy out[2]);

#endif /* IPSECCTL_MODEL_H */
