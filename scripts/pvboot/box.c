// SPDX-License-Identifier: GPL-2.0-only
/*
 * Put QEMU into a box made by bubblewrap.
 */
#include "box.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "util.h"

#define BWRAP	"bwrap"

/* What a QEMU of the system's has of its own: libraries, and firmware. */
static const char * const own[] = {
	"/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache",
	"/usr/share/qemu", "/usr/share/seabios", "/usr/share/ipxe",
};

/* A program's file, as execvp() finds it; to be freed, or NULL. */
static char *find_program(const char *name)
{
	const char *dirs = getenv("PATH");
	char *path, *real;

	if (strchr(name, '/'))
		return realpath(name, NULL);
	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");

		path = command_text("%.*s/%s", (int)len, dirs, name);
		real = access(path, X_OK) ? NULL : realpath(path, NULL);
		free(path);
		if (real)
			return real;
		dirs += len + !!dirs[len];
	}
	return NULL;
}

static void add_shell(struct command *cmd)
{
	command_add(cmd, BWRAP, NULL);
	command_add(cmd, "--unshare-all", NULL);
	command_add(cmd, "--die-with-parent", NULL);
	command_copy(cmd, "--proc", "/proc");
	command_copy(cmd, "--dev", "/dev");
}

/* A file or a folder is in the box where it is outside. */
static void add_file(struct command *cmd, const char *how, const char *path)
{
	char cwd[4096] = "";
	char *whole;

	if (*path != '/' && !getcwd(cwd, sizeof(cwd)))
		die("the current folder is gone");
	whole = command_text("%s%s%s", cwd, *cwd ? "/" : "", path);
	command_copy(cmd, how, whole);
	command_add(cmd, whole, NULL);
	free(whole);
}

static void add_own(struct command *cmd)
{
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		add_file(cmd, "--ro-bind-try", own[i]);
}

/* Does it work here? */
static bool works(void)
{
	struct command cmd = { .n = 0 };
	int status = -1;
	pid_t pid;

	add_shell(&cmd);
	add_own(&cmd);
	command_copy(&cmd, "--ro-bind", "/usr/bin/true");
	command_add(&cmd, "/usr/bin/true", NULL);
	command_add(&cmd, "/usr/bin/true", NULL);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(cmd.argv[0], cmd.argv);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	command_free(&cmd);
	return pid > 0 && !status;
}

static const char *find_out(const struct options *opt)
{
	char *bwrap = find_program(BWRAP), *qemu = find_program(opt->qemu);
	const char *name = "bubblewrap";

	if (!bwrap)
		name = "none: " BWRAP " is not there";
	else if (!qemu || strncmp(qemu, "/usr/bin/", 9))
		name = "none: QEMU is not the system's";
	else if (!works())
		name = "none: " BWRAP " is not allowed to work here";
	free(bwrap);
	free(qemu);
	return name;
}

const char *box_name(const struct options *opt)
{
	static const char *name;

	if (!name)
		name = find_out(opt);
	return name;
}

/* The folder that a file is in, to be freed */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? command_text("%.*s", (int)(slash - path) + 1, path) : command_text(".");
}

/* Where QEMU itself, or what it loads, leaves something */
static void add_written(struct command *cmd, const struct options *opt)
{
	const char * const made[] = { opt->gdb, opt->console };

	if (opt->plugin || opt->gdb || opt->console)
		add_file(cmd, "--bind", opt->log_dir);
	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		char *folder;

		/* What is not a whole path is in the folder that QEMU is started in. */
		if (!made[i] || *made[i] != '/')
			continue;
		folder = folder_of(made[i]);
		add_file(cmd, "--bind", folder);
		free(folder);
	}
}

/* Is the folder of @path the one that add_written() gives as a whole? */
static bool in_written(const struct options *opt, const char *path)
{
	char *folder = folder_of(path), *its = realpath(folder, NULL);
	char *written = realpath(opt->log_dir, NULL);
	bool in = (opt->plugin || opt->gdb || opt->console) && its && written &&
		  !strcmp(its, written);

	free(folder);
	free(its);
	free(written);
	return in;
}

/* A file to be read.  A link that is in the box already has to lead somewhere there. */
static void add_read(struct command *cmd, const struct options *opt, const char *path)
{
	char *file = realpath(path, NULL);
	struct stat st;

	if (file && !lstat(path, &st) && S_ISLNK(st.st_mode) && in_written(opt, path))
		path = file;
	add_file(cmd, "--ro-bind", path);
	free(file);
}

bool box_add(struct command *cmd, const struct options *opt, const char *accel)
{
	const char * const read[] = { opt->xen, opt->kernel, opt->initrd };
	char cwd[4096], *qemu;

	if (strcmp(box_name(opt), "bubblewrap"))
		return false;
	qemu = find_program(opt->qemu);
	add_shell(cmd);
	if (!strcmp(accel, "kvm")) {
		command_copy(cmd, "--dev-bind", "/dev/kvm");
		command_add(cmd, "/dev/kvm", NULL);
	}
	add_own(cmd);
	add_file(cmd, "--ro-bind", qemu);
	free(qemu);
	/* Files that are named from there have to be found. */
	if (getcwd(cwd, sizeof(cwd)))
		command_copy(cmd, "--dir", cwd);
	add_written(cmd, opt);
	for (size_t i = 0; i < ARRAY_SIZE(read); i++)
		if (read[i])
			add_read(cmd, opt, read[i]);
	/* where QEMU keeps what is written to a disk, until it ends */
	if (opt->disks[0])
		command_copy(cmd, "--dir", "/var/tmp");
	for (unsigned int i = 0; opt->disks[i]; i++)
		add_file(cmd, "--ro-bind", opt->disks[i]);
	if (opt->plugin) {
		char *file = command_text("%.*s", (int)strcspn(opt->plugin, ","), opt->plugin);

		add_file(cmd, "--ro-bind", file);
		free(file);
	}
	command_add(cmd, "--", NULL);
	return true;
}
