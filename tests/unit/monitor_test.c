// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of what is said to QEMU's monitor, and by it.
 */
#include "world.h"

#include <sys/socket.h>

#include "../../scripts/pvboot/monitor.h"

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void test_monitor(void **state)
{
	static const char event[] =
		"{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"guest-reset\"}}\r\n";
	struct monitor m;
	char *answer;
	int qemu;

	(void)state;
	assert_true(monitor_open(&m));
	qemu = dup(m.peer);
	monitor_started(&m);
	say(qemu, "{\"QMP\": {\"version\": {}}}\r\n{\"return\": {}}\r\n");
	/* an answer cut in two, with an event and nonsense before it */
	say(qemu, "nonsense\r\n{\"return\": {}}\r\n[1]\r\n");
	assert_null(monitor_ask(&m, "stop", 0.05));
	assert_int_equal(m.end, END_NONE);
	say(qemu, event);
	monitor_take(&m);
	assert_int_equal(m.end, END_RESET);
	say(qemu, "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": \"host-signal\"}}\r\n");
	monitor_take(&m);
	assert_int_equal(m.end, END_HOST);
	close(qemu);
	answer = monitor_ask(&m, "info registers -a", 1);
	assert_null(answer);
	assert_int_equal(m.fd, -1);
	monitor_close(&m);
}

/* A machine that sleeps is woken, and one that does nothing is not. */
static void test_monitor_wakes(void **state)
{
	static const char hello[] = "{\"execute\":\"qmp_capabilities\"}\n";
	static const char wake[] = "{\"execute\":\"system_wakeup\"}\n";
	char told[256];
	struct monitor m;
	int qemu;

	(void)state;
	assert_true(monitor_open(&m));
	qemu = dup(m.peer);
	monitor_started(&m);
	assert_int_equal(recv(qemu, told, sizeof(told), 0), strlen(hello));
	assert_memory_equal(told, hello, strlen(hello));
	say(qemu, "{\"event\": \"WAKEUP\"}\r\n{\"return\": \"SUSPEND\"}\r\n");
	monitor_take(&m);
	assert_int_equal(recv(qemu, told, sizeof(told), MSG_DONTWAIT), -1);
	say(qemu, "{\"event\": \"SUSPEND\"}\r\n");
	monitor_take(&m);
	assert_int_equal(recv(qemu, told, sizeof(told), MSG_DONTWAIT), strlen(wake));
	assert_memory_equal(told, wake, strlen(wake));
	assert_int_equal(m.end, END_NONE);
	/* One that is gone meanwhile */
	say(qemu, "{\"event\": \"SUSPEND\"}\r\n");
	close(qemu);
	monitor_take(&m);
	assert_int_equal(m.fd, -1);
	monitor_close(&m);
}

/* An answer that comes in pieces, after an event, and is long. */
static void test_monitor_answers(void **state)
{
	char text[20000], *answer;
	struct monitor m;
	pid_t child;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_true(monitor_open(&m));
	child = fork();
	if (!child) {
		char line[4096] = "";

		while (!strstr(line, "\"stop\"}}"))
			if (recv(m.peer, line + strlen(line), 100, 0) <= 0)
				_exit(1);
		if (!strstr(line, "\"id\":1,"))
			_exit(1);
		say(m.peer, "{\"return\": {}}\r\n{\"return\": \"late\", \"id\": 0}\r\n");
		say(m.peer, "{\"event\": \"STOP\"}\r\n{\"retu");
		usleep(20000);
		say(m.peer, "rn\": \"a\\r\\n");
		say(m.peer, text);
		say(m.peer, "\", \"id\": 1}\r\n");
		_exit(0);
	}
	monitor_started(&m);
	answer = monitor_ask(&m, "stop", 5);
	assert_non_null(answer);
	assert_int_equal(strlen(answer), 3 + strlen(text));
	assert_memory_equal(answer, "a\r\nxxx", 6);
	free(answer);
	assert_int_equal(m.end, END_NONE);
	monitor_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_monitor),
		cmocka_unit_test(test_monitor_wakes),
		cmocka_unit_test(test_monitor_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
