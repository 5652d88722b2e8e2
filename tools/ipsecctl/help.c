// SPDX-License-Identifier: GPL-2.0
#include "help.h"

#include <linux/kernel.h>
#include <stdio.h>
#include <string.h>

#define SELECTOR_HELP \
	"SELECTOR says which packets; what it leaves out matches any:\n" \
	"  [local PREFIX] [remote PREFIX] [proto NAME|N]\n" \
	"  [local-port N[-N]] [remote-port N[-N]] [icmp-type NAME|N [icmp-code N]]\n" \
	"local is this side and remote the other one, for packets in both directions.\n"

static const char general[] =
	"ipsecctl configures AH and ESP of the ipsec kernel module.\n"
	"\n"
	"Usage: ipsecctl [-j] COMMAND [WORDS]\n"
	"\n"
	"  load FILE      add what a configuration file says ('-' is standard input)\n"
	"  show           everything that is configured, as such a file\n"
	"  flush          delete all SAs, then all policies\n"
	"  sa             add, show, del, flush: the keys and algorithms (SAD)\n"
	"  policy         add, show, del, flush: which packets get what (SPD)\n"
	"  default        what happens to packets that match no policy\n"
	"  stats          how many packets were dropped, and why\n"
	"  monitor        print changes as they happen\n"
	"  algorithms     their names and key lengths\n"
	"  limits         how many SAs and policies there may be\n"
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
	"           [replay-window N] [df {copy|set|clear}] [SELECTOR]\n"
	"       ipsecctl sa show [in|out] [esp|ah] [reqid N]\n"
	"       ipsecctl sa show {esp|ah} spi N dst ADDRESS\n"
	"       ipsecctl sa del {esp|ah} spi N dst ADDRESS\n"
	"       ipsecctl sa flush\n"
	"\n"
	"src and dst are the addresses of the protected packets on the wire, in the\n"
	"direction they travel: the src of an inbound SA is the peer. Both ends have\n"
	"the same spi, addresses, algorithms and keys; one says out, the other in.\n"
	"reqid is the number by which policies find the SA. mode is transport if it\n"
	"is not given. A replay window has 1024 packets if it is not given.\n"
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
	"          protect {esp|ah} transport {reqid N|spi N} |\n"
	"          protect {esp|ah} tunnel src ADDRESS dst ADDRESS {reqid N|spi N}\n"
	"\n"
	SELECTOR_HELP
	"\n"
	"The policy with the lowest priority number that matches decides, among\n"
	"equals the one that was added first; priority is 1000 if it is not given.\n"
	"protect without a usable SA drops, it never sends in clear. An inbound\n"
	"packet that matches an inbound protect policy and came in clear is dropped.\n"
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
	"How many SAs and policies this network namespace may have; 0 is no limit.\n"
	"\n"
	"Usage: ipsecctl limits\n"
	"       ipsecctl limits [max-sas N] [max-policies N]\n"
	"\n"
	"Only root of the initial user namespace may raise a limit.\n";

static const char load[] =
	"Add what a configuration file says.\n"
	"\n"
	"Usage: ipsecctl load [-n] FILE\n"
	"\n"
	"  -n, --check  read and check the file, print its statements in full, change\n"
	"               nothing\n"
	"\n"
	"FILE '-' is standard input. A file holds the commands sa add, policy add,\n"
	"default and limits, one per line, without 'ipsecctl' (see ipsec.conf(5)).\n"
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

static const char monitor[] =
	"Print changes of SAs, policies and settings as they happen.\n"
	"\n"
	"Usage: ipsecctl monitor\n"
	"\n"
	"With -j each line is one JSON object.\n";

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
	{ "load", load },
	{ "show", show },
	{ "flush", flush },
	{ "stats", stats },
	{ "monitor", monitor },
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
