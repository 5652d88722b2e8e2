// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"
#include "nlmsg.h"
#include "out.h"
#include "secret.h"
#include "show.h"

#include <string.h>

/**
 * sa_send_new() - add an SA
 * @sa: the SA
 *
 * Return: whether the kernel did it.
 */
bool sa_send_new(const struct sa *sa)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_SA_NEW, 0);

	if (!nlh)
		return false;
	nlmsg_put_sa(nlh, sa);
	return nl_talk(nlh, NULL, NULL);
}

/**
 * sa_send_del() - delete an SA
 * @sa: protocol, SPI and destination are looked at
 *
 * Return: whether the kernel did it.
 */
bool sa_send_del(const struct sa *sa)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_SA_DEL, 0);

	if (!nlh)
		return false;
	nlmsg_put_sa_name(nlh, sa);
	return nl_talk(nlh, NULL, NULL);
}

static void show_one(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	struct sa_state state;
	struct sa sa;

	(void)cmd;
	(void)arg;
	nlmsg_get_sa(nlh, &sa, &state);
	show_sa(&sa, &state);
}

/**
 * sa_list() - show one SA or those that a filter lets through
 * @filter: one SA if its spi is set, else dir, proto and reqid, 0 is any
 *
 * Return: whether the kernel listed them.
 */
bool sa_list(const struct sa *filter)
{
	struct nlmsghdr *nlh;

	nlh = nl_request(IPSEC_CMD_SA_GET, filter->spi ? 0 : NLM_F_DUMP);
	if (!nlh)
		return false;
	if (filter->spi) {
		nlmsg_put_sa_name(nlh, filter);
		return nl_talk(nlh, show_one, NULL);
	}
	if (filter->dir)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_DIR, filter->dir);
	if (filter->proto)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_PROTO, filter->proto);
	if (filter->reqid)
		mnl_attr_put_u32(nlh, IPSEC_A_SA_REQID, filter->reqid);
	return nl_talk(nlh, show_one, NULL);
}

static int add(struct parser *p, const struct options *opts)
{
	struct sa *sa = secret_alloc(sizeof(*sa));

	if (!parse_sa_add(p, sa))
		return cmd_parse_failed("sa", p);
	return sa_send_new(sa) ? cmd_done(opts) : cmd_refused();
}

static int del(struct parser *p, const struct options *opts)
{
	struct sa sa;

	if (!parse_sa_name(p, &sa))
		return cmd_parse_failed("sa", p);
	return sa_send_del(&sa) ? cmd_done(opts) : cmd_refused();
}

static int list(struct parser *p, const struct options *opts)
{
	struct sa filter;
	bool is_listed;

	if (!parse_sa_filter(p, &filter))
		return cmd_parse_failed("sa", p);
	out_begin(opts->is_json);
	out_array_open("sas");
	is_listed = sa_list(&filter);
	out_array_close();
	out_end();
	return is_listed ? EXIT_DONE : cmd_refused();
}

static int dummy(struct parser *p, const struct options *opts)
{
	struct dummies dummies;
	struct nlmsghdr *nlh;
	struct sa sa;

	if (!parse_sa_dummy(p, &sa, &dummies))
		return cmd_parse_failed("sa", p);
	nlh = nl_request(IPSEC_CMD_SA_DUMMY, 0);
	if (!nlh)
		return cmd_refused();
	nlmsg_put_sa_name(nlh, &sa);
	nlmsg_put_dummies(nlh, &dummies);
	return nl_talk(nlh, NULL, NULL) ? cmd_done(opts) : cmd_refused();
}

static int flush(struct parser *p, const struct options *opts)
{
	if (!parse_end(p))
		return cmd_parse_failed("sa", p);
	return cmd_send_simple(IPSEC_CMD_SA_FLUSH) ? cmd_done(opts) :
						     cmd_refused();
}

/**
 * cmd_sa() - sa add, show, del, flush and dummy
 * @p: the parser, behind `sa`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_sa(struct parser *p, const struct options *opts)
{
	enum verb { ADD, SHOW, DEL, FLUSH, DUMMY };
	static const struct name verbs[] = {
		{ "add", ADD },
		{ "show", SHOW },
		{ "del", DEL },
		{ "flush", FLUSH },
		{ "dummy", DUMMY },
		{ NULL, 0 }
	};
	uint8_t verb;

	if (!parse_enum(p, verbs, "command of sa", &verb))
		return cmd_parse_failed("sa", p);
	switch ((enum verb)verb) {
	case ADD:
		return add(p, opts);
	case SHOW:
		return list(p, opts);
	case DEL:
		return del(p, opts);
	case DUMMY:
		return dummy(p, opts);
	default:
		return flush(p, opts);
	}
}
