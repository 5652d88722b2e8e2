// SPDX-License-Identifier: GPL-2.0
#include "nl.h"
#include "names_gen.h"
#include "secret.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define REQUEST_MAX 8192
#define ANSWER_MAX 65536
#define RECEIVE_BUFFER (4 * 1024 * 1024)

/**
 * struct answer_state - one exchange with the kernel
 * @answer: called for each answer, or NULL
 * @arg: for @answer
 * @request: what was sent, to name its attributes; NULL for events
 * @is_done: the kernel has said all
 * @is_ok: and did what was asked
 */
struct answer_state {
	nl_answer *answer;
	void *arg;
	const struct nlmsghdr *request;
	bool is_done;
	bool is_ok;
};

static struct mnl_socket *sock;
static uint16_t family_id;
static const char *const *group_names;
static uint32_t group_ids[NL_GROUPS_MAX];
static uint32_t last_seq;
static char error_text[1024];
static char *request_buffer;
static char *answer_buffer;

static bool fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static bool fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error_text, sizeof(error_text), format, args);
	va_end(args);
	return false;
}

/**
 * nl_error() - what was wrong
 *
 * Return: the sentence of the last failure.
 */
const char *nl_error(void)
{
	return error_text;
}

/* Path of the attribute at @offset of a request, "" if there is none. */
static void attribute_path(const struct nlmsghdr *nlh, uint32_t offset,
			   char *path, size_t size)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const char *base = (const char *)nlh;
	const struct attr_set *set = NULL;
	const struct nlattr *attr, *next;
	const char *end;
	size_t len = 0;

	if (genl->cmd <= IPSEC_CMD_MAX)
		set = names_gen_commands[genl->cmd];
	attr = mnl_nlmsg_get_payload_offset(nlh, sizeof(*genl));
	end = mnl_nlmsg_get_payload_tail(nlh);
	path[0] = '\0';
	while (set && mnl_attr_ok(attr, (int)(end - (const char *)attr))) {
		uint16_t type = mnl_attr_get_type(attr);
		const struct attr_name *name;
		size_t at = (size_t)((const char *)attr - base);

		next = mnl_attr_next(attr);
		if (offset >= at + attr->nla_len) {
			attr = next;
			continue;
		}
		if (type > set->max || !set->attrs[type].name)
			return;
		name = &set->attrs[type];
		len += (size_t)snprintf(path + len, size - len, "%s%s",
					len ? "." : "", name->name);
		if (offset == at || len >= size)
			return;
		set = name->nested;
		end = (const char *)attr + attr->nla_len;
		attr = mnl_attr_get_payload(attr);
	}
}

static void missing_name(const struct nlmsghdr *nlh, uint32_t nest_offset,
			 uint32_t type, char *path, size_t size)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct attr_set *set = names_gen_commands[genl->cmd];

	path[0] = '\0';
	if (!nest_offset && set && type <= set->max && set->attrs[type].name)
		snprintf(path, size, "%s", set->attrs[type].name);
}

/**
 * struct extack - the extended answer of the kernel
 * @sentence: NULL if there is none
 * @offset: of the bad attribute in the request, 0 if unknown
 * @missing: number of the attribute that is missing, 0 if none is
 * @nest: offset of the nest where it is missing, 0 for the top
 */
struct extack {
	const char *sentence;
	uint32_t offset;
	uint32_t missing;
	uint32_t nest;
};

static int extack_attr(const struct nlattr *attr, void *arg)
{
	struct extack *ext = arg;
	bool is_number = mnl_attr_get_payload_len(attr) == sizeof(uint32_t);

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
			ext->sentence = mnl_attr_get_str(attr);
		break;
	case NLMSGERR_ATTR_OFFS:
		ext->offset = is_number ? mnl_attr_get_u32(attr) : 0;
		break;
	case NLMSGERR_ATTR_MISS_TYPE:
		ext->missing = is_number ? mnl_attr_get_u32(attr) : 0;
		break;
	case NLMSGERR_ATTR_MISS_NEST:
		ext->nest = is_number ? mnl_attr_get_u32(attr) : 0;
		break;
	}
	return MNL_CB_OK;
}

static const char *plain_reason(int error)
{
	switch (error) {
	case EPERM:
		return "this needs CAP_NET_ADMIN in this network namespace (run it as root)";
	case ENOENT:
		return "there is no such object";
	case EEXIST:
		return "it exists already";
	case EOPNOTSUPP:
		return "the loaded ipsec module does not know this request";
	default:
		return strerror(error);
	}
}

static bool refused(const struct nlmsghdr *request, int error,
		    const struct extack *ext)
{
	const char *sentence = ext->sentence;
	char path[128] = "";

	if (!sentence)
		sentence = plain_reason(error);
	if (request && ext->missing) {
		missing_name(request, ext->nest, ext->missing, path,
			     sizeof(path));
		if (path[0])
			return fail("%s (attribute %s)", sentence, path);
	}
	if (request && ext->offset)
		attribute_path(request, ext->offset, path, sizeof(path));
	if (path[0])
		return fail("%s (attribute %s)", sentence, path);
	return fail("%s", sentence);
}

/* NLMSG_ERROR: struct nlmsgerr, perhaps the request, then attributes. */
static void end_of_request(const struct nlmsghdr *nlh,
			   struct answer_state *state)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	struct extack ext = { 0 };
	unsigned int skip = sizeof(*err);

	state->is_done = true;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err)) {
		state->is_ok = fail("the kernel's answer is too short");
		return;
	}
	state->is_ok = !err->error;
	if (!err->error)
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, skip, extack_attr, &ext);
	refused(state->request, -err->error, &ext);
}

/* NLMSG_DONE of a dump: an error number, then attributes. */
static void end_of_dump(const struct nlmsghdr *nlh, struct answer_state *state)
{
	const int *error = mnl_nlmsg_get_payload(nlh);
	struct extack ext = { 0 };

	state->is_done = true;
	state->is_ok = true;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error) || !*error)
		return;
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, sizeof(*error), extack_attr, &ext);
	state->is_ok = refused(state->request, -*error, &ext);
}

static void one_message(const struct nlmsghdr *nlh, struct answer_state *state)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	if (state->request && nlh->nlmsg_seq != state->request->nlmsg_seq)
		return;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		fprintf(stderr,
			"ipsecctl: warning: something changed while this list was read; it may be incomplete\n");
	if (nlh->nlmsg_type == NLMSG_ERROR)
		end_of_request(nlh, state);
	else if (nlh->nlmsg_type == NLMSG_DONE)
		end_of_dump(nlh, state);
	else if (state->answer &&
		 mnl_nlmsg_get_payload_len(nlh) >= sizeof(*genl))
		state->answer(genl->cmd, nlh, state->arg);
}

static bool receive(struct answer_state *state)
{
	const struct nlmsghdr *nlh;
	ssize_t got;
	int left;

	got = mnl_socket_recvfrom(sock, answer_buffer, ANSWER_MAX);
	if (got < 0 && errno == EINTR)
		return true;
	if (got < 0 && errno == ENOBUFS && !state->request) {
		fprintf(stderr,
			"ipsecctl: warning: events came faster than they were read; some are lost\n");
		return true;
	}
	if (got < 0)
		return fail("cannot read from netlink: %s", strerror(errno));
	left = (int)got;
	for (nlh = (const struct nlmsghdr *)answer_buffer;
	     mnl_nlmsg_ok(nlh, left) && !state->is_done;
	     nlh = mnl_nlmsg_next(nlh, &left))
		one_message(nlh, state);
	return true;
}

static struct nlmsghdr *start(uint16_t type, uint8_t cmd, uint8_t version,
			      uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request_buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	if (!(flags & NLM_F_DUMP))
		nlh->nlmsg_flags |= NLM_F_ACK;
	nlh->nlmsg_seq = ++last_seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/**
 * nl_talk() - send a request and read all answers
 * @nlh: from nl_request(); wiped, as it may hold keys
 * @answer: called for each answer, or NULL
 * @arg: for @answer
 *
 * Return: whether the kernel did it; if not, nl_error() says why.
 */
bool nl_talk(struct nlmsghdr *nlh, nl_answer *answer, void *arg)
{
	struct answer_state state = {
		.answer = answer,
		.arg = arg,
		.request = nlh,
	};
	bool is_sent;

	is_sent = mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) >= 0;
	if (!is_sent)
		fail("cannot write to netlink: %s", strerror(errno));
	while (is_sent && !state.is_done) {
		if (!receive(&state))
			break;
	}
	explicit_bzero(nlh, REQUEST_MAX);
	return state.is_done && state.is_ok;
}

static void note_group(const char *name, uint32_t id)
{
	unsigned int i;

	for (i = 0; group_names && group_names[i]; i++) {
		if (!strcmp(name, group_names[i]))
			group_ids[i] = id;
	}
}

static void group_found(const struct nlattr *groups)
{
	const struct nlattr *group, *attr;

	mnl_attr_for_each_nested(group, groups) {
		const char *name = "";
		uint32_t id = 0;

		mnl_attr_for_each_nested(attr, group) {
			uint16_t type = mnl_attr_get_type(attr);

			if (type == CTRL_ATTR_MCAST_GRP_NAME)
				name = mnl_attr_get_str(attr);
			else if (type == CTRL_ATTR_MCAST_GRP_ID)
				id = mnl_attr_get_u32(attr);
		}
		note_group(name, id);
	}
}

static void family_found(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;

	(void)cmd;
	(void)arg;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type == CTRL_ATTR_FAMILY_ID)
			family_id = mnl_attr_get_u16(attr);
		else if (type == CTRL_ATTR_MCAST_GROUPS)
			group_found(attr);
	}
}

static bool open_socket(void)
{
	int on = 1, size = RECEIVE_BUFFER;
	struct nlmsghdr *nlh;

	request_buffer = secret_alloc(REQUEST_MAX);
	answer_buffer = secret_alloc(ANSWER_MAX);
	sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail("cannot open a netlink socket: %s",
			    strerror(errno));
	/* CAP_ACK: the kernel must not send the request, with keys, back. */
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_RCVBUF, &size,
		   sizeof(size));
	last_seq = (uint32_t)time(NULL);
	nlh = start(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, IPSEC_FAMILY_NAME);
	if (!nl_talk(nlh, family_found, NULL) || !family_id)
		return fail("the ipsec module is not loaded (modprobe ipsec or insmod ipsec.ko)");
	return true;
}

/**
 * nl_request() - begin a request; the socket is opened by the first one
 * @cmd: IPSEC_CMD_*
 * @flags: 0 or NLM_F_DUMP
 *
 * Return: the message without attributes, NULL if there is no family "ipsec";
 * nl_error() then says so.
 */
struct nlmsghdr *nl_request(uint8_t cmd, uint16_t flags)
{
	if (!family_id && !open_socket())
		return NULL;
	return start(family_id, cmd, IPSEC_FAMILY_VERSION, flags);
}

static bool join(uint32_t group)
{
	if (!group)
		return fail("the loaded ipsec module has no such events");
	return mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP, &group,
				     sizeof(group)) >= 0 ||
	       fail("cannot subscribe to events: %s", plain_reason(errno));
}

/**
 * nl_listen() - call a function for each event
 * @groups: which, IPSEC_MCGRP_*, NL_GROUPS_MAX at most and then NULL; no request
 *	may have been made before
 * @answer: the function
 * @arg: for @answer
 *
 * Return: false, when it was not possible or no longer is.
 */
bool nl_listen(const char *const *groups, nl_answer *answer, void *arg)
{
	struct answer_state state = { .answer = answer, .arg = arg };
	unsigned int i;

	group_names = groups;
	if (!family_id && !open_socket())
		return false;
	for (i = 0; groups[i]; i++) {
		if (!join(group_ids[i]))
			return false;
	}
	while (receive(&state))
		;
	return false;
}
