// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read the command line.
 */
#include "options.h"

#include <argp.h>
#include <ctype.h>
#include <stdlib.h>

#include "symbols.h"
#include "vmlinux.h"

enum {
	OPT_XEN = 256, OPT_XEN_APPEND, OPT_KERNEL, OPT_INITRD, OPT_VMLINUX,
	OPT_APPEND, OPT_TESTS, OPT_DOMU, OPT_DOMU_TESTS, OPT_EXPECT,
	OPT_ACCEL, OPT_PROBE, OPT_CPU, OPT_CPUS, OPT_MEMORY, OPT_DOM0_MEMORY, OPT_LOW_MEMORY,
	OPT_DISK, OPT_NIC, OPT_GDB, OPT_ICOUNT, OPT_PLUGIN, OPT_CONSOLE, OPT_QEMU,
	OPT_LOG_DIR, OPT_RECORD, OPT_FACT, OPT_REPLAY, OPT_PRINT_COMMAND,
	OPT_PATIENCE,
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "What is booted:", 1 },
	{ "xen", OPT_XEN, "FILE", 0, "hypervisor, not compressed", 0 },
	{ "xen-append", OPT_XEN_APPEND, "ARGS", 0, "more for its command line", 0 },
	{ "kernel", OPT_KERNEL, "FILE", 0, "bzImage under test", 0 },
	{ "initrd", OPT_INITRD, "FILE", 0, "dom0's root", 0 },
	{ "vmlinux", OPT_VMLINUX, "FILE", 0, "symbols of the kernel", 0 },
	{ "append", OPT_APPEND, "ARGS", 0, "more for dom0's command line", 0 },
	{ NULL, 0, NULL, 0, "What it is to show:", 2 },
	{ "expect", OPT_EXPECT, "boot|ID", 0,
	  "that it boots, or dies in the known way ID (boot)", 0 },
	{ "tests", OPT_TESTS, "PATH[,PATH]", 0,
	  "test programs in dom0's root (/xen_pv_cr3)", 0 },
	{ "domu-tests", OPT_DOMU_TESTS, "PATH[,PATH]", 0,
	  "test programs of the domUs that follow (/xen_pv_cr3)", 0 },
	{ "domu", OPT_DOMU, "NAME:EXPECTATION[:VMLINUX]", 0,
	  "a domU that the last test creates, and what it is to show", 0 },
	{ "patience", OPT_PATIENCE, "FACTOR", 0, "multiplies every time limit (1)", 0 },
	{ NULL, 0, NULL, 0, "The machine:", 3 },
	{ "accel", OPT_ACCEL, "tcg|kvm|auto", 0,
	  "auto takes KVM if a probe boot shows that it works (tcg)", 0 },
	{ "probe", OPT_PROBE, NULL, 0,
	  "only see whether Xen comes up by --accel, print its version and end", 0 },
	{ "cpu", OPT_CPU, "MODEL", 0, "as QEMU names it (qemu64,+rdrand)", 0 },
	{ "cpus", OPT_CPUS, "N", 0, "the machine's CPUs and dom0's vCPUs (1)", 0 },
	{ "memory", OPT_MEMORY, "MIB", 0, "the machine's memory (1024)", 0 },
	{ "dom0-memory", OPT_DOM0_MEMORY, "MIB", 0, "dom0's memory (256)", 0 },
	{ "low-memory", OPT_LOW_MEMORY, "MIB", 0,
	  "of the machine's memory, what lies below 4 GiB; 0: as much as QEMU puts there (0)", 0 },
	{ "disk", OPT_DISK, "FILE", 0, "a raw image as an NVMe disk; what is written is lost", 0 },
	{ "nic", OPT_NIC, "MODEL", 0, "a network card, as QEMU names it", 0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU to run (qemu-system-x86_64)", 0 },
	{ NULL, 0, NULL, 0, "Who watches:", 4 },
	{ "gdb", OPT_GDB, "SOCKET", 0, "stop before the first instruction and wait for gdb", 0 },
	{ "icount", OPT_ICOUNT, "SHIFT", 0,
	  "an instruction takes 2^SHIFT ns: two runs are the same run", 0 },
	{ "plugin", OPT_PLUGIN, "FILE[,ARGS]", 0, "a plugin of TCG's", 0 },
	{ "console", OPT_CONSOLE, "FILE", 0,
	  "file for the serial port, with --print-command", 0 },
	{ "print-command", OPT_PRINT_COMMAND, NULL, 0,
	  "print QEMU's command line, with TCG for auto, and do nothing", 0 },
	{ NULL, 0, NULL, 0, "What is left:", 5 },
	{ "log-dir", OPT_LOG_DIR, "DIR", 0,
	  "where the consoles and the record result.json go (.)", 0 },
	{ "record", OPT_RECORD, "FILE", 0, "where the record goes instead", 0 },
	{ "fact", OPT_FACT, "NAME=VALUE", 0, "what the record is to say, too", 0 },
	{ "replay", OPT_REPLAY, "LOG", 0, "judge a recorded console instead of a boot", 0 },
	{ 0 }
};

static double number(const char *arg, const char *what, double min, double max)
{
	char *end;
	double val = strtod(arg, &end);

	if (end == arg || *end || !(val >= min && val <= max))
		die("--%s: '%s' is not from %g to %g", what, arg, min, max);
	return val;
}

static unsigned int integer(const char *arg, const char *what, unsigned int min,
			    unsigned int max)
{
	double val = number(arg, what, min, max);

	if (val != (unsigned int)val)
		die("--%s: '%s' is not a whole number", what, arg);
	return val;
}

static const char *to_expect(const char *arg)
{
	const struct signature *sig;
	char ids[TEXT_MAX] = "";
	size_t len = 0;

	if (!strcmp(arg, "boot"))
		return NULL;
	sig = signature_by_id(arg);
	if (sig)
		return sig->id;
	for (unsigned int i = 0; (sig = signature_at(i)); i++) {
		/* An id may have several rows. */
		if (signature_by_id(sig->id) == sig && len < sizeof(ids))
			len += snprintf(ids + len, sizeof(ids) - len, ", %s", sig->id);
	}
	die("expectation '%s' is not one of boot%s", arg, ids);
}

static void use_symbols(struct domain_setup *set, const char *path)
{
	const char *err;

	symbols_close((struct symbols *)set->syms);
	set->vmlinux = NULL;
	set->syms = symbols_open(path, &err);
	if (!set->syms && strcmp(err, VMLINUX_BARE))
		die("%s %s", path, err);
	if (!set->syms) {
		fprintf(stderr, "pvboot: %s %s; only what the kernel prints is named\n",
			path, err);
		return;
	}
	set->vmlinux = path;
	/* That of arch/x86/xen/tests */
	set->suite = "xen_pv_cr3";
	set->has_suite = symbols_have(set->syms, "cr3_test_slot");
}

static void set_tests(const char *tests[TESTS_MAX + 1], const char *what, char *arg)
{
	unsigned int n = 0;

	for (char *p = strtok(arg, ","); p; p = strtok(NULL, ",")) {
		if (n == TESTS_MAX)
			die("--%s: more than %d", what, TESTS_MAX);
		tests[n++] = p;
	}
	tests[n] = NULL;
}

/* A name is a word of the driver's lines and the name of a log. */
static void check_name(const struct options *opt, const char *name)
{
	static const char * const taken[] = { "console", "xen" };
	bool bad = strlen(name) > FRAME_NAME_MAX;

	for (const char *p = name; *p; p++)
		bad |= !isalnum((unsigned char)*p) && *p != '-' && *p != '_';
	if (bad)
		die("--domu: '%s' is not a name of letters, digits, - and _", name);
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		bad |= !strcmp(name, taken[i]);
	for (unsigned int i = 0; i < opt->ndomains; i++)
		bad |= !strcmp(name, opt->domains[i].name);
	if (bad)
		die("--domu: the name '%s' is taken", name);
}

static void add_domu(struct options *opt, char *arg)
{
	char *name = strtok(arg, ":"), *expect = strtok(NULL, ":");
	char *vmlinux = strtok(NULL, "");
	struct domain_setup *set = &opt->domains[opt->ndomains];

	if (!name || !expect)
		die("--domu wants NAME:EXPECTATION");
	if (opt->ndomains == DOMAINS_MAX)
		die("--domu: more than %d", DOMUS_MAX);
	check_name(opt, name);
	opt->ndomains++;
	set->name = name;
	set->expect = to_expect(expect);
	memcpy(set->tests, opt->domu_tests, sizeof(set->tests));
	if (vmlinux)
		use_symbols(set, vmlinux);
}

static void add_device(const char *list[DEVICES_MAX + 1], const char *what,
		       const char *arg)
{
	unsigned int n = 0;

	while (list[n])
		n++;
	if (n == DEVICES_MAX)
		die("--%s: more than %d", what, DEVICES_MAX);
	list[n] = arg;
}

static void add_fact(struct record_facts *facts, char *arg)
{
	char *value = strchr(arg, '=');

	if (!value || value == arg)
		die("--fact wants NAME=VALUE");
	*value++ = '\0';
	for (char *p = arg; *p; p++) {
		if (!islower((unsigned char)*p) && *p != '_')
			die("--fact: '%s' is not a name of small letters and _", arg);
	}
	for (unsigned int i = 0; i < facts->nfacts; i++) {
		if (!strcmp(facts->names[i], arg))
			die("--fact: '%s' is given twice", arg);
	}
	if (facts->nfacts == FACTS_MAX)
		die("--fact: more than %d", FACTS_MAX);
	facts->names[facts->nfacts] = arg;
	facts->values[facts->nfacts++] = value;
}

static void check(const struct options *opt)
{
	if (opt->console && !opt->print_command)
		die("--console is for --print-command; pvboot reads the serial port itself");
	if (opt->probe ? !opt->xen :
	    !opt->replay && (!opt->xen || !opt->kernel || !opt->initrd))
		die("--xen, --kernel and --initrd are needed; see --help");
	if ((opt->plugin || opt->icount >= 0) && strcmp(opt->accel, "tcg"))
		die("--plugin and --icount are for --accel tcg");
}

static error_t parse_watch(int key, char *arg, struct options *opt)
{
	switch (key) {
	case OPT_GDB:
		opt->gdb = arg;
		break;
	case OPT_ICOUNT:
		opt->icount = integer(arg, "icount", 0, 10);
		break;
	case OPT_PLUGIN:
		opt->plugin = arg;
		break;
	case OPT_CONSOLE:
		opt->console = arg;
		break;
	case OPT_PRINT_COMMAND:
		opt->print_command = true;
		break;
	case OPT_LOG_DIR:
		opt->log_dir = arg;
		break;
	case OPT_RECORD:
		opt->record = arg;
		break;
	case OPT_FACT:
		add_fact(&opt->facts, arg);
		break;
	case OPT_REPLAY:
		opt->replay = arg;
		break;
	case ARGP_KEY_END:
		check(opt);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t parse_machine(int key, char *arg, struct options *opt)
{
	switch (key) {
	case OPT_ACCEL:
		if (strcmp(arg, "tcg") && strcmp(arg, "kvm") && strcmp(arg, "auto"))
			die("--accel: '%s' is not tcg, kvm or auto", arg);
		opt->accel = arg;
		break;
	case OPT_PROBE:
		opt->probe = true;
		break;
	case OPT_CPU:
		opt->cpu = arg;
		break;
	case OPT_CPUS:
		opt->cpus = integer(arg, "cpus", 1, 64);
		break;
	case OPT_MEMORY:
		opt->memory = integer(arg, "memory", 128, 1 << 20);
		break;
	case OPT_DOM0_MEMORY:
		opt->dom0_memory = integer(arg, "dom0-memory", 32, 1 << 20);
		break;
	case OPT_LOW_MEMORY:
		opt->low_memory = integer(arg, "low-memory", 0, 3584);
		break;
	case OPT_DISK:
		add_device(opt->disks, "disk", arg);
		break;
	case OPT_NIC:
		add_device(opt->nics, "nic", arg);
		break;
	case OPT_QEMU:
		opt->qemu = arg;
		break;
	default:
		return parse_watch(key, arg, opt);
	}
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;
	struct domain_setup *dom0 = &opt->domains[0];

	switch (key) {
	case OPT_XEN:
		opt->xen = arg;
		break;
	case OPT_XEN_APPEND:
		opt->xen_append = arg;
		break;
	case OPT_KERNEL:
		opt->kernel = arg;
		break;
	case OPT_INITRD:
		opt->initrd = arg;
		break;
	case OPT_VMLINUX:
		use_symbols(dom0, arg);
		break;
	case OPT_APPEND:
		opt->append = arg;
		break;
	case OPT_EXPECT:
		dom0->expect = to_expect(arg);
		break;
	case OPT_TESTS:
		set_tests(dom0->tests, "tests", arg);
		break;
	case OPT_DOMU_TESTS:
		set_tests(opt->domu_tests, "domu-tests", arg);
		break;
	case OPT_DOMU:
		add_domu(opt, arg);
		break;
	case OPT_PATIENCE:
		opt->patience = number(arg, "patience", 0.01, 1000);
		break;
	default:
		return parse_machine(key, arg, opt);
	}
	return 0;
}

void options_parse(int argc, char **argv, struct options *opt)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Boot a kernel as Xen PV dom0 in QEMU, judge it, and leave a record.",
	};

	*opt = (struct options){
		.qemu = "qemu-system-x86_64",
		.append = "",
		.accel = "tcg",
		/* "max" trips over a SMAP bug of QEMU 7.2's TCG under Xen. */
		.cpu = "qemu64,+rdrand",
		.cpus = 1,
		.memory = 1024,
		.dom0_memory = 256,
		.icount = -1,
		.log_dir = ".",
		.patience = 1,
		.domains = { { .name = "dom0", .tests = { SELFTEST } } },
		.ndomains = 1,
		.domu_tests = { SELFTEST },
	};
	argp_err_exit_status = OUTCOME_UNJUDGED;
	argp_parse(&argp, argc, argv, 0, NULL, opt);
	for (unsigned int i = 0; i < opt->ndomains; i++)
		opt->domains[i].patience = opt->patience;
}

void options_free(struct options *opt)
{
	for (unsigned int i = 0; i < opt->ndomains; i++)
		symbols_close((struct symbols *)opt->domains[i].syms);
}
