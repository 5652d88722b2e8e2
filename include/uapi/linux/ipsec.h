/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipsec.yaml */
/* uAPI header, by scripts/gen-netlink.py */

#ifndef _UAPI_LINUX_IPSEC_H
#define _UAPI_LINUX_IPSEC_H

#define IPSEC_FAMILY_NAME	"ipsec"
#define IPSEC_FAMILY_VERSION	1
#define IPSEC_MCGRP_EVENTS	"events"

#define IPSEC_ADDR_MAX_LEN		16
#define IPSEC_ALG_NAME_MAX		31
#define IPSEC_KEY_MAX_LEN		128
#define IPSEC_REPLAY_WINDOW_MIN		32
#define IPSEC_REPLAY_WINDOW_MAX		8192
#define IPSEC_REPLAY_WINDOW_DEFAULT	1024

/* Direction across the IPsec boundary (RFC 4301 section 3.1). */
enum ipsec_dir {
	IPSEC_DIR_IN = 1,
	IPSEC_DIR_OUT,
};

/* Mode of an SA (RFC 4301 section 4.1). */
enum ipsec_mode {
	IPSEC_MODE_TRANSPORT = 1,
	IPSEC_MODE_TUNNEL,
};

/* What the SPD says of a packet (RFC 4301 section 4.4.1). */
enum ipsec_action {
	IPSEC_ACTION_PROTECT = 1,
	IPSEC_ACTION_BYPASS,
	IPSEC_ACTION_DISCARD,
};

/* The DF bit of an IPv4 tunnel header (RFC 4301 section 8.1). */
enum ipsec_df {
	IPSEC_DF_COPY = 1,
	IPSEC_DF_SET,
	IPSEC_DF_CLEAR,
};

/**
 * enum ipsec_reason - Why a packet was dropped
 * @IPSEC_REASON_NO_SA: Inbound AH or ESP packet whose SPI, destination and
 *	protocol name no SA (RFC 4301 5.2).
 * @IPSEC_REASON_NOT_OURS: Not a drop - AH or ESP packet left to the
 *	kernel's own IPsec because it is in use in this namespace.
 * @IPSEC_REASON_MALFORMED: Inbound AH or ESP packet too short, or with
 *	lengths that contradict each other.
 * @IPSEC_REASON_FRAGMENT: A fragment reached AH or ESP, or would have been
 *	given to a transport mode SA (RFC 4303 3.3.4, 3.4.1).
 * @IPSEC_REASON_REPLAY: Sequence number seen before (RFC 4303 3.4.3).
 * @IPSEC_REASON_REPLAY_OLD: Sequence number left of the anti-replay window
 *	(RFC 4303 3.4.3).
 * @IPSEC_REASON_ICV: The integrity check value is wrong (RFC 4303 3.4.4,
 *	RFC 4302 3.4.4).
 * @IPSEC_REASON_PADDING: Authentic ESP packet whose padding length or
 *	padding bytes are wrong (RFC 4303 2.4, 2.5).
 * @IPSEC_REASON_INNER_HEADER: Authentic packet whose inner IP header or
 *	next header makes no sense in the mode of the SA, or outbound packet
 *	whose headers do.
 * @IPSEC_REASON_ECN: Inner packet is Not-ECT but the tunnel header says
 *	congestion experienced (RFC 6040 4.2).
 * @IPSEC_REASON_DUMMY: Not an error - traffic flow confidentiality dummy,
 *	next header 59 (RFC 4303 2.6).
 * @IPSEC_REASON_SA_SELECTOR: Authentic packet outside the selectors of the
 *	SA that protected it (RFC 4301 5.2 step 4).
 * @IPSEC_REASON_IN_POLICY: Authentic packet for which the SPD asks for
 *	another SA, BYPASS or DISCARD (RFC 4301 5.2).
 * @IPSEC_REASON_IN_NO_POLICY: Authentic packet that matches no IN policy,
 *	from an SA without selectors of its own (RFC 4301 5.2).
 * @IPSEC_REASON_IN_CLEAR: Clear packet that an IN policy says must be
 *	protected (RFC 4301 5.2).
 * @IPSEC_REASON_IN_DISCARD: An IN policy says DISCARD.
 * @IPSEC_REASON_IN_DEFAULT: No IN policy matches and the default is
 *	DISCARD.
 * @IPSEC_REASON_OUT_DISCARD: An OUT policy says DISCARD.
 * @IPSEC_REASON_OUT_DEFAULT: No OUT policy matches and the default is
 *	DISCARD.
 * @IPSEC_REASON_OUT_NO_SA: An OUT policy says PROTECT and no usable SA
 *	exists (RFC 4301 5.1).
 * @IPSEC_REASON_OUT_CHANGED: The packet was to be protected, and NAT or a
 *	policy change then moved it out of every PROTECT policy.
 * @IPSEC_REASON_SEQ_OVERFLOW: The sequence number of the SA would cycle
 *	(RFC 4303 3.3.3).
 * @IPSEC_REASON_TOO_BIG: Does not fit the path MTU of the SA and may not
 *	be fragmented; answered with ICMP (RFC 4301 8.2.1).
 * @IPSEC_REASON_NO_ROUTE: No route to the peer of the SA.
 * @IPSEC_REASON_LOOP: The route to the peer of the SA leads back into
 *	IPsec, or too many SAs are nested.
 * @IPSEC_REASON_NO_MEMORY: No memory for the packet or for its
 *	cryptographic request.
 * @IPSEC_REASON_CRYPTO: The kernel's crypto API refused or failed the
 *	request for a reason other than the ICV.
 * @IPSEC_REASON_QUEUE_FULL: A queue of packets that wait for re-entry into
 *	the stack is full.
 * @IPSEC_REASON_DEAD: The SA, the device or the namespace went away while
 *	the packet was in the middle of processing.
 * @IPSEC_REASON_CHECKSUM: Outbound packet whose transport checksum could
 *	not be completed or whose segments could not be made.
 * @__IPSEC_REASON_MAX: one more than the highest
 * @IPSEC_REASON_MAX: the highest
 *
 * Each has one counter per namespace; those that happen inside an SA have one
 * per SA as well.
 */
enum ipsec_reason {
	IPSEC_REASON_NO_SA = 1,
	IPSEC_REASON_NOT_OURS,
	IPSEC_REASON_MALFORMED,
	IPSEC_REASON_FRAGMENT,
	IPSEC_REASON_REPLAY,
	IPSEC_REASON_REPLAY_OLD,
	IPSEC_REASON_ICV,
	IPSEC_REASON_PADDING,
	IPSEC_REASON_INNER_HEADER,
	IPSEC_REASON_ECN,
	IPSEC_REASON_DUMMY,
	IPSEC_REASON_SA_SELECTOR,
	IPSEC_REASON_IN_POLICY,
	IPSEC_REASON_IN_NO_POLICY,
	IPSEC_REASON_IN_CLEAR,
	IPSEC_REASON_IN_DISCARD,
	IPSEC_REASON_IN_DEFAULT,
	IPSEC_REASON_OUT_DISCARD,
	IPSEC_REASON_OUT_DEFAULT,
	IPSEC_REASON_OUT_NO_SA,
	IPSEC_REASON_OUT_CHANGED,
	IPSEC_REASON_SEQ_OVERFLOW,
	IPSEC_REASON_TOO_BIG,
	IPSEC_REASON_NO_ROUTE,
	IPSEC_REASON_LOOP,
	IPSEC_REASON_NO_MEMORY,
	IPSEC_REASON_CRYPTO,
	IPSEC_REASON_QUEUE_FULL,
	IPSEC_REASON_DEAD,
	IPSEC_REASON_CHECKSUM,

	__IPSEC_REASON_MAX,
	IPSEC_REASON_MAX = (__IPSEC_REASON_MAX - 1)
};

/*
 * RFC 4301 section 4.4.1.1, as seen from this host in both directions. A
 * missing attribute means ANY.
 */
enum {
	/* Local address, network byte order, 4 or 16 bytes. */
	IPSEC_A_SELECTOR_LOCAL_ADDR = 1,
	/* Prefix length of local-addr; the length of the address if missing. */
	IPSEC_A_SELECTOR_LOCAL_PLEN,
	/* Remote address, network byte order, 4 or 16 bytes. */
	IPSEC_A_SELECTOR_REMOTE_ADDR,
	/*
	 * Prefix length of remote-addr; the length of the address if missing.
	 */
	IPSEC_A_SELECTOR_REMOTE_PLEN,
	/* Next layer protocol; 0 or missing is ANY. */
	IPSEC_A_SELECTOR_PROTO,
	/*
	 * First local port, host byte order. Ports need proto TCP, UDP,
	 * UDP-Lite, SCTP or DCCP.
	 */
	IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
	/* Last local port; local-port-min if missing. */
	IPSEC_A_SELECTOR_LOCAL_PORT_MAX,
	/* First remote port. */
	IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
	/* Last remote port; remote-port-min if missing. */
	IPSEC_A_SELECTOR_REMOTE_PORT_MAX,
	/* ICMP or ICMPv6 type; needs proto 1 or 58. */
	IPSEC_A_SELECTOR_ICMP_TYPE,
	/* ICMP or ICMPv6 code; needs icmp-type. */
	IPSEC_A_SELECTOR_ICMP_CODE,

	__IPSEC_A_SELECTOR_MAX,
	IPSEC_A_SELECTOR_MAX = (__IPSEC_A_SELECTOR_MAX - 1)
};

/* One drop counter. */
enum {
	IPSEC_A_DROP_REASON = 1,
	/* Name of the reason. */
	IPSEC_A_DROP_NAME,
	IPSEC_A_DROP_COUNT,
	IPSEC_A_DROP_PAD,

	__IPSEC_A_DROP_MAX,
	IPSEC_A_DROP_MAX = (__IPSEC_A_DROP_MAX - 1)
};

/* One security association (RFC 4301 section 4.4.2). */
enum {
	IPSEC_A_SA_DIR = 1,
	/* 50 is ESP, 51 is AH. */
	IPSEC_A_SA_PROTO,
	/*
	 * Security parameters index; 0 is refused, 1 to 255 are reserved by
	 * IANA and refused.
	 */
	IPSEC_A_SA_SPI,
	/* Source address of the protected packets on the wire. */
	IPSEC_A_SA_SRC,
	/* Destination address of the protected packets on the wire. */
	IPSEC_A_SA_DST,
	IPSEC_A_SA_MODE,
	/* Name by which PROTECT policies find this SA; 0 is none. */
	IPSEC_A_SA_REQID,
	/*
	 * Encryption algorithm, a name of the table in ipsecctl(8). ESP only.
	 */
	IPSEC_A_SA_ENC,
	/*
	 * Key, with the salt behind it where the algorithm has one. Never
	 * returned.
	 */
	IPSEC_A_SA_ENC_KEY,
	/* Integrity algorithm; none with a combined mode algorithm. */
	IPSEC_A_SA_AUTH,
	/* Key of the integrity algorithm. Never returned. */
	IPSEC_A_SA_AUTH_KEY,
	/*
	 * Anti-replay window of an inbound SA in packets, 0 (off) or 32 to
	 * 8192; 1024 if missing.
	 */
	IPSEC_A_SA_REPLAY_WINDOW,
	/* DF bit of an IPv4 tunnel header; copy if missing. */
	IPSEC_A_SA_DF,
	/*
	 * The packets this SA may carry; if missing, what the IN policies that
	 * name the SA say.
	 */
	IPSEC_A_SA_SELECTOR,
	/* Length of the encryption key without its salt (reply only). */
	IPSEC_A_SA_KEY_BITS,
	/* Last sequence number sent, or highest received (reply only). */
	IPSEC_A_SA_SEQ,
	/* Packets protected or verified (reply only). */
	IPSEC_A_SA_PACKETS,
	/*
	 * Bytes of the packets before protection or after verification, IP
	 * header included (reply only).
	 */
	IPSEC_A_SA_BYTES,
	/* Drop counters of this SA that are not zero (reply only). */
	IPSEC_A_SA_DROPS,
	/* Name of the crypto API implementation in use (reply only). */
	IPSEC_A_SA_DRIVER,
	IPSEC_A_SA_PAD,

	__IPSEC_A_SA_MAX,
	IPSEC_A_SA_MAX = (__IPSEC_A_SA_MAX - 1)
};

/* One SPD entry (RFC 4301 section 4.4.1). */
enum {
	/* Number of the policy in its namespace, given by the kernel. */
	IPSEC_A_POLICY_INDEX = 1,
	IPSEC_A_POLICY_DIR,
	/*
	 * The lowest is looked at first; among equals the one that was added
	 * first. 1000 if missing.
	 */
	IPSEC_A_POLICY_PRIORITY,
	/* If missing, every packet. */
	IPSEC_A_POLICY_SELECTOR,
	IPSEC_A_POLICY_ACTION,
	/* PROTECT only, 50 is ESP, 51 is AH. */
	IPSEC_A_POLICY_PROTO,
	/* PROTECT only. */
	IPSEC_A_POLICY_MODE,
	/*
	 * PROTECT in tunnel mode only, source address of the tunnel in this
	 * direction.
	 */
	IPSEC_A_POLICY_SRC,
	/*
	 * PROTECT in tunnel mode only, destination address of the tunnel in
	 * this direction.
	 */
	IPSEC_A_POLICY_DST,
	/* PROTECT only, the SAs that may be used carry this reqid. */
	IPSEC_A_POLICY_REQID,
	/* PROTECT only, the one SA that may be used. */
	IPSEC_A_POLICY_SPI,
	/* Packets that this policy decided on (reply only). */
	IPSEC_A_POLICY_PACKETS,
	IPSEC_A_POLICY_PAD,

	__IPSEC_A_POLICY_MAX,
	IPSEC_A_POLICY_MAX = (__IPSEC_A_POLICY_MAX - 1)
};

/* Settings and limits of the namespace. */
enum {
	/*
	 * BYPASS or DISCARD for packets that match no IN policy; bypass until
	 * set.
	 */
	IPSEC_A_CONFIG_DEFAULT_IN = 1,
	/*
	 * BYPASS or DISCARD for packets that match no OUT policy; bypass until
	 * set.
	 */
	IPSEC_A_CONFIG_DEFAULT_OUT,
	/*
	 * Most SAs in this namespace, 0 is no limit. Raising needs
	 * CAP_NET_ADMIN in the initial user namespace.
	 */
	IPSEC_A_CONFIG_MAX_SAS,
	/*
	 * Most policies in this namespace, 0 is no limit. Raising needs
	 * CAP_NET_ADMIN in the initial user namespace.
	 */
	IPSEC_A_CONFIG_MAX_POLICIES,
	/* SAs that exist (reply only). */
	IPSEC_A_CONFIG_SAS,
	/* Policies that exist (reply only). */
	IPSEC_A_CONFIG_POLICIES,

	__IPSEC_A_CONFIG_MAX,
	IPSEC_A_CONFIG_MAX = (__IPSEC_A_CONFIG_MAX - 1)
};

enum {
	/*
	 * Add an SA. Refused if one with its SPI, destination and protocol
	 * exists.
	 */
	IPSEC_CMD_SA_NEW = 1,
	/*
	 * One SA by SPI, destination and protocol, or all of them. Without
	 * keys.
	 */
	IPSEC_CMD_SA_GET,
	/* Delete one SA by SPI, destination and protocol. */
	IPSEC_CMD_SA_DEL,
	/* Delete all SAs. */
	IPSEC_CMD_SA_FLUSH,
	/* An SA was added. */
	IPSEC_CMD_SA_NEW_NTF,
	/* An SA was deleted; the counters are its last. */
	IPSEC_CMD_SA_DEL_NTF,
	/*
	 * Add a policy. Refused if one with its direction, priority and
	 * selector exists.
	 */
	IPSEC_CMD_POLICY_NEW,
	/*
	 * One policy by index, or all of them in the order in which they are
	 * looked at.
	 */
	IPSEC_CMD_POLICY_GET,
	/*
	 * Delete one policy by index, or by direction, priority and selector.
	 */
	IPSEC_CMD_POLICY_DEL,
	/* Delete all policies, the defaults stay. */
	IPSEC_CMD_POLICY_FLUSH,
	/* A policy was added. */
	IPSEC_CMD_POLICY_NEW_NTF,
	/* A policy was deleted. */
	IPSEC_CMD_POLICY_DEL_NTF,
	/* Change settings; what is not named stays. */
	IPSEC_CMD_CONFIG_SET,
	/* Settings and limits. */
	IPSEC_CMD_CONFIG_GET,
	/* Settings changed. */
	IPSEC_CMD_CONFIG_NTF,
	/*
	 * Every drop counter of the namespace, one per message, zeros included.
	 */
	IPSEC_CMD_STATS_GET,

	__IPSEC_CMD_MAX,
	IPSEC_CMD_MAX = (__IPSEC_CMD_MAX - 1)
};

#endif /* _UAPI_LINUX_IPSEC_H */
