// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program prints, in dom0 and in a domU, framed as the guests do it and read
 * back: it is the program's word alone, wherever the kernel or Xen cuts in.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "../../scripts/guests/frame.h"
#include "../../scripts/pvboot/channel.h"
#include "../../scripts/pvboot/console.h"

#define DOM0	"0badcafe"
#define DOMU	"f00dface"
#define KERNEL	"[    9.000001] the kernel cuts in\n"
#define XEN	"(XEN) and so does Xen\n"

struct ears {
	struct console con;
	struct channel dom0, domu;
};

static void from_domu(void *ctx, enum origin origin, const char *domu, const char *text)
{
	(void)ctx;
	(void)domu;
	must(origin == ORIGIN_PROGRAM ||
	     (origin == ORIGIN_INIT && !strcmp(text, "user space")),
	     "a program in a domU speaks for itself alone");
}

static void from_dom0(void *ctx, enum origin origin, const char *domu, const char *text)
{
	struct ears *e = ctx;

	switch (origin) {
	case ORIGIN_RELAY:
		must(!strcmp(domu, "domu"), "a domU has its own name");
		channel_line(&e->domu, text, true);
		break;
	case ORIGIN_INIT:
		must(!strcmp(text, "user space"), "PID 1 has said nothing");
		break;
	case ORIGIN_KERNEL:
		must(!strncmp(text, KERNEL, strlen(KERNEL) - 1) && !text[strlen(KERNEL) - 1],
		     "the kernel has said no more");
		break;
	case ORIGIN_PROGRAM:
		break;
	default:
		/* held to nobody */
		must(origin == ORIGIN_UNKNOWN, "it was nobody else");
	}
}

static void from_port(void *ctx, enum console_src src, const char *line, bool whole)
{
	struct ears *e = ctx;

	if (src == CONSOLE_XEN)
		must(!strcmp(line, "and so does Xen"), "Xen has said no more");
	else
		channel_line(&e->dom0, line, whole);
}

/* The frames of @data, through @fd.  Return: them, to be freed. */
static char *framed(int fd, const char *nonce, char kind, const void *data, size_t size,
		    size_t *len)
{
	struct frame_writer w;
	char *out;

	must(!ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET), "there is room");
	frame_open(&w, fd, nonce, kind, kind == FRAME_RELAY ? "domu" : NULL);
	frame_feed(&w, data, size);
	frame_flush(&w);
	*len = w.written;
	out = malloc(*len + 1);
	must(out && pread(fd, out, *len, 0) == (ssize_t)*len, "it is all there");
	return out;
}

static void say(struct ears *e, const char *text)
{
	console_feed(&e->con, text, strlen(text));
}

/* Of the input, two bytes say where somebody cuts in, one who does, and whose all is. */
void fuzz_one(const unsigned char *data, size_t size)
{
	static struct ears e;
	static int fd = -1;
	char *text, *inner = NULL;
	size_t len, cut;

	if (size < 4)
		return;
	if (fd < 0)
		fd = memfd_create("frames", MFD_CLOEXEC);
	console_init(&e.con, from_port, &e);
	channel_init(&e.dom0, from_dom0, &e);
	channel_init(&e.domu, from_domu, &e);
	say(&e, KERNEL FRAME_ANNOUNCE DOM0 "\n");
	if (data[2] & 1) {
		say(&e, "~" DOM0 "{domu} pvboot: user space \\x7e" DOMU "~\n");
		must(channel_in_user_space(&e.domu), "the domU has announced itself");
		inner = framed(fd, DOMU, FRAME_TEXT, data + 3, size - 3, &len);
		text = framed(fd, DOM0, FRAME_RELAY, inner, len, &len);
	} else {
		text = framed(fd, DOM0, FRAME_TEXT, data + 3, size - 3, &len);
	}
	cut = (data[0] | data[1] << 8) % (len + 1);
	console_feed(&e.con, text, cut);
	if (data[2] & 2)
		say(&e, KERNEL);
	if (data[2] & 4)
		say(&e, XEN);
	console_feed(&e.con, text + cut, len - cut);
	console_flush(&e.con);
	channel_flush(&e.dom0);
	channel_flush(&e.domu);
	free(inner);
	free(text);
}
