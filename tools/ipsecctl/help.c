// SPDX-License-Identifier: GPL-2.0
#include "help.h"

#include <linux/kernel.h>
#include <stdio.h>
#include <string.h>

#define SELECTOR_HELP \
	"SELECTOR says which packets; what it leaves out matches any:\n" \
	"  [local ADDRESSES] [remote ADDRESSES] [proto NAME|N|opaque]\n" \
	"  [local-port PORTS] [remote-port PORTS] [icmp-type NAME|N[-N]\n" \
	"  [icmp-code N[-N]]] [mh-type N[-N]] [opaque] [mark N[/MASK]] [dev NAME]\n" \
	"ADDRESSES are prefixes and ranges FIRST-LAST, PORTS N and N-N, with commas.\n" \
	"local is this side and remote the other one, for packets in both directions.\n"

static const char general[] =
	"ipsecctl configures AH and ESP of the ipsec kernel module.\n"
	"\n"
	"Usage: ipsecctl [-j] COMMAND [WORDS]\n"
	"\n"
	"  load FILE      add what a configuration file says ('-' is standard input)\n"
	"  show           everything that is configured, as such a file\n"
	"  flush          delete all SAs, then all policies\n"
	"  sa             add, show, del, flush, dummy: the keys and algorithms (SAD)\n"
	"  policy         add, show, del, flush: which packets get what (SPD)\n"
	"  default        what happens to packets that match no policy\n"
	"  explain        what would happen to a packet\n"
	"  stats          how many packets were dropped, and why\n"
	"  monitor        print changes as they happen\n"
	"  acquire        SAs that policies ask for and that do not exist\n"
	"  algorithms     their names and key lengths\n"
	"  limits         how many SAs and policies there may be\n"
	"  settings       how ICMP errors and fragments are treated\n"
	"\n"
	"  -j, --json     JSON instead of text\n"
	"  -h, --help     this text, or that of the COMMAND\n"
	"  -V, --version  the version\n"
	"\n"
	"A tunnel needs an SA for each direction and a policy that uses them:\n"
	"  ipsecctl sa add out esp spi 0x1001 src 192.0.2.1 dst 198.51.100.1 \\\n"
	"      mode tunnel reqid 1 enc aes-gcm-16 enc-key-file out.key\n"
	"  ipsecctl sa add in esp spi 0x1002 src 198.51.100.1 dst 192.0.2.1 \\\n"
	"      mode tunnel reqid 1 enc aes-gcm-16 enc-key-file in.key\n"
	"  ipsecctl policy add both local 10.1.0.0/16 remote 10.2.0.0/16 \\\n"
	"      protect esp tunnel src 192.0.2.1 dst 198.51.100.1 reqid 1\n"
	"\n"
	"Exit status: 0 done, 1 refused, 2 the command line is wrong.\n"
	"ipsecctl(8) has worked examples, ipsec.conf(5) the format of files.\n";

static const char sa[] =
	"Security associations: one key for one direction.\n"
	"\n"
	"Usage: ipsecctl sa add {in|out} {esp|ah} spi N src ADDRESS dst ADDRESS\n"
	"           [mode {transport|tunnel}] [reqid N]\n"
	"           [enc ALG enc-key-file FILE] [auth ALG auth-key-file FILE]\n"
	"           [replay-window N] [df {copy|set|clear}]\n"
	"           [esn] [seq N] [seq-rollover] [resync N]\n"
	"           [life-time|life-use|life-bytes|life-packets [SOFT/]HARD]\n"
	"           [life-idle HARD]\n"
	"           [ttl N] [dscp {copy|N}] [dscp-map N:N[,N:N...]] [ecn {normal|\n"
	"           compatibility}] [flow-label {copy|hash|N}] [decap-dscp {keep|copy}]\n"
	"           [pad-min N] [tfc {mtu|N}]\n"
	"           [encap {SPORT|any} DPORT] [keepalive SECONDS] [follow]\n"
	"           [original-src ADDRESS] [original-dst ADDRESS] [SELECTOR]\n"
	"       ipsecctl sa show [in|out] [esp|ah] [reqid N]\n"
	"       ipsecctl sa show {esp|ah} spi N dst ADDRESS\n"
	"       ipsecctl sa del {esp|ah} spi N dst ADDRESS\n"
	"       ipsecctl sa flush\n"
	"       ipsecctl sa dummy esp spi N dst ADDRESS [count N] [len N]\n"
	"\n"
	"src and dst are the addresses of the protected packets on the wire, in the\n"
	"direction they travel: the src of an inbound SA is the peer. Both ends have\n"
	"the same spi, addresses, algorithms and keys; one says out, the other in.\n"
	"reqid is the number by which policies find the SA. mode is transport if it\n"
	"is not given. A replay window has 8192 packets if it is not given. esn, on both\n"
	"ends, makes sequence numbers 64 bits long; seq is where they go on after a\n"
	"restart. encap, on both ends, puts ESP into UDP to get through a NAT. When a hard lifetime\n"
	"is over the SA is deleted; of a soft one\n"
	"'ipsecctl monitor' tells. Seconds may be 5m, 8h or 1d, bytes 10M or 4G.\n"
	"\n"
	"ttl, dscp, dscp-map, ecn and flow-label are about the header that a tunnel\n"
	"adds, decap-dscp about the one that it takes off; pad-min and tfc hide how\n"
	"long packets are, and dummy sends some that the peer discards.\n"
	"\n"
	"A key file holds hexadecimal digits; '-' is standard input. Make one for\n"
	"aes-gcm-16 (16 bytes of key, 4 of salt; 'ipsecctl algorithms' has them all):\n"
	"  umask 077; head -c 20 /dev/urandom | od -An -vtx1 | tr -d ' \\n' >out.key\n"
	"\n"
	SELECTOR_HELP
	"With a selector the SA carries no other packets; without one the inbound\n"
	"policies that name it decide.\n";

static const char policy[] =
	"Policies: which packets are protected, go as they are, or are dropped.\n"
	"\n"
	"Usage: ipsecctl policy add {in|out|both} [priority N] [SELECTOR] ACTION\n"
	"       ipsecctl policy show [in|out]\n"
	"       ipsecctl policy del index N\n"
	"       ipsecctl policy del {in|out|both} [priority N] [SELECTOR]\n"
	"       ipsecctl policy flush [in|out]\n"
	"\n"
	"ACTION := bypass | discard |\n"
	"          protect SA [inside SA ...] [mss {N|auto}]\n"
	"SA := {esp|ah} transport {reqid N|spi N} |\n"
	"      {esp|ah} tunnel src ADDRESS dst ADDRESS {reqid N|spi N}\n"
	"\n"
	SELECTOR_HELP
	"\n"
	"The policy with the lowest priority number that matches decides, among\n"
	"equals the one that was added first; priority is 1000 if it is not given.\n"
	"protect without a usable SA drops, it never sends in clear. An inbound\n"
	"packet that matches an inbound protect policy and came in clear is dropped.\n"
	"mss lowers the MSS option of TCP to N, or with auto to what fits the path.\n"
	"\n"
	"both adds the outbound policy as written and its inbound mirror, with src\n"
	"and dst of the tunnel exchanged.\n";

static const char defaults[] =
	"What happens to packets that match no policy.\n"
	"\n"
	"Usage: ipsecctl default\n"
	"       ipsecctl default {in|out|both} {bypass|discard}\n"
	"\n"
	"Both directions bypass until they are set. Before 'default both discard' add\n"
	"the policies that let you in, for example:\n"
	"  ipsecctl policy add both priority 10 proto tcp local-port 22 bypass\n";

static const char limits[] =
	"How many SAs and policies this network namespace may have, and how many\n"
	"packets may wait for an SA while somebody listens who can make one.\n"
	"\n"
	"Usage: ipsecctl limits\n"
	"       ipsecctl limits [max-sas N] [max-policies N] [acquire-interval N]\n"
	"           [hold-packets N] [hold-total N] [hold-time N]\n"
	"\n"
	"0 SAs or policies is no limit; only root of the initial user namespace may\n"
	"raise these. acquire-interval is the seconds until the same SA is asked for\n"
	"again (30). hold-packets (64) wait for one SA, hold-total (1024) for all of\n"
	"them, each for hold-time seconds (10); if one is 0, packets do not wait.\n";

static const char settings[] =
	"How ICMP errors and fragments are treated, and what is audited.\n"
	"\n"
	"Usage: ipsecctl settings\n"
	"       ipsecctl settings [NAME VALUE]...\n"
	"\n"
	"  icmp-check {header|either|payload}\n"
	"      what decides on an ICMP error that came out of an SA: its own header,\n"
	"      the header, reversed, of the packet that it is about, or either\n"
	"  icmp-return-sa {on|off}\n"
	"      an ICMP error that matches no policy goes out by the SA of the return\n"
	"      traffic of the packet that it is about\n"
	"  icmp-answer {on|off}\n"
	"      forwarded packets that are discarded are answered with an ICMP error\n"
	"  icmp-clear {all|none|KIND,...}\n"
	"  icmp-sa {all|none|KIND,...}\n"
	"      ICMP errors that this host accepts in clear, and through an SA; kinds are\n"
	"      unreachable, too-big, source-quench, redirect, time-exceeded,\n"
	"      parameter-problem and other\n"
	"  fragment {before|after}\n"
	"      where IPv6 packets are cut that do not fit: before IPsec or after\n"
	"  audit-events {on|off}\n"
	"  audit-log {on|off}\n"
	"      auditable events (no SA, replay, wrong ICV...) are told to 'ipsecctl\n"
	"      monitor' and others that listen, and go to the kernel's audit log\n"
	"  shortcut {on|off}\n"
	"      forwarded packets go into tunnels and out of them past the chains of\n"
	"      INPUT, FORWARD, OUTPUT and POST_ROUTING, in less time (off)\n";

static const char load[] =
	"Add what a configuration file says.\n"
	"\n"
	"Usage: ipsecctl load [-n] FILE\n"
	"\n"
	"  -n, --check  read and check the file, print its statements in full, change\n"
	"               nothing\n"
	"\n"
	"FILE '-' is standard input. A file holds the commands sa add, policy add,\n"
	"default, limits and settings, one per line, without 'ipsecctl' (see ipsec.conf(5)).\n"
	"Nothing is applied if the file has an error. If the kernel refuses a\n"
	"statement, what the file added before it is deleted again.\n";

static const char show[] =
	"Everything that is configured, as a file for 'ipsecctl load', without keys.\n"
	"\n"
	"Usage: ipsecctl show\n";

static const char flush[] =
	"Delete all SAs, then all policies. The defaults stay.\n"
	"\n"
	"Usage: ipsecctl flush\n"
	"\n"
	"Afterwards packets go where the defaults send them: in clear, unless\n"
	"'ipsecctl default both discard' was said before.\n";

static const char stats[] =
	"How many packets were dropped, and why.\n"
	"\n"
	"Usage: ipsecctl stats [-a]\n"
	"\n"
	"  -a, --all  the reasons that never happened, too\n"
	"\n"
	"'ipsecctl sa show' has the drops of each SA. ipsecctl(8) says what to look\n"
	"for when packets vanish.\n";

static const char explain[] =
	"What would happen to a packet, without sending one.\n"
	"\n"
	"Usage: ipsecctl explain {in|out} local ADDRESS remote ADDRESS [SELECTOR]\n"
	"\n"
	"The selector is what the packet shows: one value of each kind, both ports or\n"
	"none. in is a packet that comes in without IPsec. Nothing is counted.\n";

static const char monitor[] =
	"Print changes of SAs, policies and settings as they happen, the SAs that\n"
	"policies ask for, and auditable events; or one of the last two alone.\n"
	"\n"
	"Usage: ipsecctl monitor [acquire|audit]\n"
	"\n"
	"With -j each line is one JSON object. 'acquire' prints only what is asked for,\n"
	"for a program that will add it: while it runs, packets wait for the SA instead\n"
	"of being dropped at once.\n";

static const char acquire[] =
	"SAs that policies ask for and that do not exist, and how many packets wait for\n"
	"each. 'ipsecctl monitor acquire' says when one is asked for, 'ipsecctl limits'\n"
	"how many packets wait, and how long.\n"
	"\n"
	"Usage: ipsecctl acquire show\n";

static const char algorithms[] =
	"The algorithms, their key lengths, and what a key file must hold.\n"
	"\n"
	"Usage: ipsecctl algorithms\n";

static const struct {
	const char *command;
	const char *text;
} texts[] = {
	{ "sa", sa },
	{ "policy", policy },
	{ "default", defaults },
	{ "limits", limits },
	{ "settings", settings },
	{ "load", load },
	{ "show", show },
	{ "flush", flush },
	{ "explain", explain },
	{ "stats", stats },
	{ "monitor", monitor },
	{ "acquire", acquire },
	{ "algorithms", algorithms },
};

/**
 * help_show() - print help
 * @command: the command, NULL for all of them
 *
 * Return: 0, for main().
 */
int help_show(const char *command)
{
	const char *text = general;
	size_t i;

	for (i = 0; command && i < ARRAY_SIZE(texts); i++) {
		if (!strcmp(texts[i].command, command))
			text = texts[i].text;
	}
	fputs(text, stdout);
	return 0;
}
