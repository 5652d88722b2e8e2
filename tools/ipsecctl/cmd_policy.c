// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"
#include "nlmsg.h"
#include "out.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

static void take_index(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	struct policy policy;
	uint32_t *index = arg;

	(void)cmd;
	nlmsg_get_policy(nlh, &policy);
	*index = policy.index;
}

/**
 * policy_send_new() - add a policy
 * @policy: the policy, of one direction
 * @index: receives the number that the kernel gave it
 *
 * Return: whether the kernel did it.
 */
bool policy_send_new(const struct policy *policy, uint32_t *index)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_POLICY_NEW, 0);

	*index = 0;
	if (!nlh)
		return false;
	nlmsg_put_policy(nlh, policy);
	return nl_talk(nlh, take_index, index);
}

/**
 * policy_send_del() - delete a policy
 * @policy: its index, or direction, priority and selector
 *
 * Return: whether the kernel did it.
 */
bool policy_send_del(const struct policy *policy)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_POLICY_DEL, 0);

	if (!nlh)
		return false;
	nlmsg_put_policy_name(nlh, policy);
	return nl_talk(nlh, NULL, NULL);
}

static void show_one(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	struct policy policy;

	(void)cmd;
	(void)arg;
	nlmsg_get_policy(nlh, &policy);
	show_policy(&policy, true);
}

/**
 * policy_list() - show the policies in the order in which they are looked at
 * @dir: enum ipsec_dir, 0 for both
 *
 * Return: whether the kernel listed them.
 */
bool policy_list(uint8_t dir)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_POLICY_GET, NLM_F_DUMP);

	if (!nlh)
		return false;
	if (dir)
		mnl_attr_put_u8(nlh, IPSEC_A_POLICY_DIR, dir);
	return nl_talk(nlh, show_one, NULL);
}

/* Half of a `both` would be a policy nobody asked for. */
static bool add_all(const struct policy *policies, unsigned int count,
		    uint32_t *indexes)
{
	struct policy first = { .index = 0 };
	char sentence[1024];

	if (!policy_send_new(&policies[0], &indexes[0]))
		return false;
	if (count < 2 || policy_send_new(&policies[1], &indexes[1]))
		return true;
	snprintf(sentence, sizeof(sentence), "%s", nl_error());
	first.index = indexes[0];
	if (!policy_send_del(&first))
		fprintf(stderr,
			"ipsecctl: policy index %u stays, it could not be deleted again: %s\n",
			first.index, nl_error());
	fprintf(stderr, "ipsecctl: %s\n", sentence);
	return false;
}

static int add(struct parser *p, const struct options *opts)
{
	struct policy policy, policies[2];
	uint32_t indexes[2] = { 0 };
	unsigned int i, count;

	if (!parse_policy_add(p, &policy))
		return cmd_parse_failed("policy", p);
	count = model_expand_both(&policy, policies);
	if (!add_all(policies, count, indexes))
		return indexes[0] ? EXIT_REFUSED : cmd_refused();
	out_begin(opts->is_json);
	out_array_open("policies");
	for (i = 0; i < count; i++) {
		out_object_open(NULL);
		out_json_number("index", indexes[i]);
		out_object_close();
	}
	out_array_close();
	out_end();
	return EXIT_DONE;
}

static int del(struct parser *p, const struct options *opts)
{
	struct policy policy, policies[2];
	bool is_deleted = true;
	unsigned int i, count;

	if (!parse_policy_del(p, &policy))
		return cmd_parse_failed("policy", p);
	count = model_expand_both(&policy, policies);
	for (i = 0; i < count; i++) {
		if (policy_send_del(&policies[i]))
			continue;
		is_deleted = false;
		cmd_refused();
	}
	return is_deleted ? cmd_done(opts) : EXIT_REFUSED;
}

static bool optional_dir(struct parser *p, uint8_t *dir)
{
	*dir = 0;
	return !parse_peek(p) ||
	       (parse_enum(p, names_dir, "direction", dir) && parse_end(p));
}

static int list(struct parser *p, const struct options *opts)
{
	bool is_listed;
	uint8_t dir;

	if (!optional_dir(p, &dir))
		return cmd_parse_failed("policy", p);
	out_begin(opts->is_json);
	out_array_open("policies");
	is_listed = policy_list(dir);
	out_array_close();
	out_end();
	return is_listed ? EXIT_DONE : cmd_refused();
}

static int flush(struct parser *p, const struct options *opts)
{
	struct nlmsghdr *nlh;
	uint8_t dir;

	if (!optional_dir(p, &dir))
		return cmd_parse_failed("policy", p);
	nlh = nl_request(IPSEC_CMD_POLICY_FLUSH, 0);
	if (!nlh)
		return cmd_refused();
	if (dir)
		mnl_attr_put_u8(nlh, IPSEC_A_POLICY_DIR, dir);
	return nl_talk(nlh, NULL, NULL) ? cmd_done(opts) : cmd_refused();
}

/**
 * cmd_policy() - policy add, show, del and flush
 * @p: the parser, behind `policy`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_policy(struct parser *p, const struct options *opts)
{
	enum verb { ADD, SHOW, DEL, FLUSH };
	static const struct name verbs[] = {
		{ "add", ADD },
		{ "show", SHOW },
		{ "del", DEL },
		{ "flush", FLUSH },
		{ NULL, 0 }
	};
	uint8_t verb;

	if (!parse_enum(p, verbs, "command of policy", &verb))
		return cmd_parse_failed("policy", p);
	switch ((enum verb)verb) {
	case ADD:
		return add(p, opts);
	case SHOW:
		return list(p, opts);
	case DEL:
		return del(p, opts);
	default:
		return flush(p, opts);
	}
}
