// SPDX-License-Identifier: GPL-2.0-only
/*
 * Talk to QEMU's monitor.
 */
#include "monitor.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util.h"

#define EXECUTE(command)	"{\"execute\":\"" command "\"}\n"
#define LINE_MAX_BYTES	(4UL << 20)	/* registers of 64 processors are 160 kB */

bool monitor_open(struct monitor *m)
{
	int fds[2];

	memset(m, 0, sizeof(*m));
	m->fd = -1;
	m->peer = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return false;
	m->fd = fds[0];
	m->peer = fds[1];
	return true;
}

static void hang_up(struct monitor *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}

static void tell(struct monitor *m, const char *line)
{
	if (m->fd >= 0 && send(m->fd, line, strlen(line), MSG_NOSIGNAL) < 0)
		hang_up(m);
}

void monitor_started(struct monitor *m)
{
	close(m->peer);
	m->peer = -1;
	/* QEMU reads it when it has come that far. */
	tell(m, EXECUTE("qmp_capabilities"));
}

static const char *string(const cJSON *from, const char *name)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(from, name));

	return s ? s : "";
}

static void take_line(struct monitor *m, const char *line)
{
	cJSON *json = cJSON_Parse(line);
	const cJSON *returned = cJSON_GetObjectItemCaseSensitive(json, "return");
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");

	/* Answers to what was asked before may come late. */
	if (cJSON_IsNumber(id) && id->valuedouble == m->question) {
		m->answered = true;
		free(m->answer);
		m->answer = NULL;
		if (cJSON_IsString(returned))
			m->answer = strdup(returned->valuestring);
	} else if (!strcmp(string(json, "event"), "SHUTDOWN")) {
		const char *reason = string(data, "reason");

		m->end = END_OFF;
		if (!strcmp(reason, "guest-reset"))
			m->end = END_RESET;
		else if (!strncmp(reason, "host-", 5))
			m->end = END_HOST;
	} else if (!strcmp(string(json, "event"), "SUSPEND")) {
		/* Whoever sleeps as a machine does is woken by nobody else. */
		tell(m, EXECUTE("system_wakeup"));
	}
	cJSON_Delete(json);
}

static bool make_room(struct monitor *m)
{
	size_t room = m->room ? 2 * m->room : 4096;
	char *line;

	if (m->len + 1 < m->room)
		return true;
	line = room > LINE_MAX_BYTES ? NULL : realloc(m->line, room);
	if (!line)
		return false;
	m->line = line;
	m->room = room;
	return true;
}

static void take_byte(struct monitor *m, char c)
{
	if (c != '\n') {
		/* No line of QEMU's is as long; this one is lost. */
		if (make_room(m))
			m->line[m->len++] = c;
		return;
	}
	if (m->len) {
		m->line[m->len] = '\0';
		take_line(m, m->line);
	}
	m->len = 0;
}

void monitor_take(struct monitor *m)
{
	char buf[4096];
	ssize_t len;

	if (m->fd < 0)
		return;
	while ((len = recv(m->fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		for (ssize_t i = 0; i < len; i++)
			take_byte(m, buf[i]);
	if (!len || (errno != EAGAIN && errno != EINTR))
		hang_up(m);
}

/* Wait for an answer.  Return: false if none comes. */
static bool answer(struct monitor *m, double until)
{
	m->answered = false;
	while (m->fd >= 0 && !m->answered) {
		struct pollfd pfd = { .fd = m->fd, .events = POLLIN };
		double left = until - clock_now();

		if (left <= 0)
			return false;
		poll(&pfd, 1, left * 1000 + 1);
		monitor_take(m);
	}
	return m->answered;
}

char *monitor_ask(struct monitor *m, const char *command, double limit)
{
	double until = clock_now() + limit;
	cJSON *json = cJSON_CreateObject(), *args;
	char *text = NULL, *said = NULL;

	cJSON_AddNumberToObject(json, "id", ++m->question);
	cJSON_AddStringToObject(json, "execute", "human-monitor-command");
	args = cJSON_AddObjectToObject(json, "arguments");
	cJSON_AddStringToObject(args, "command-line", command);
	text = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	if (text)
		tell(m, text);
	if (text && answer(m, until) && m->answer)
		said = strdup(m->answer);
	free(text);
	return said;
}

void monitor_close(struct monitor *m)
{
	hang_up(m);
	if (m->peer >= 0)
		close(m->peer);
	free(m->line);
	free(m->answer);
	m->peer = -1;
	m->line = NULL;
	m->answer = NULL;
	m->len = 0;
	m->room = 0;
}
