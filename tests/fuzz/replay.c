// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of libFuzzer, to see which lines of the readers are gone through: all files
 * of the folders that are named, each as an input.
 */
#include "fuzz.h"

#include <dirent.h>

static void replay(const char *path)
{
	FILE *in = fopen(path, "r");
	char *data = NULL;
	size_t size = 0;

	must(in, path);
	while (!feof(in) && !ferror(in)) {
		data = realloc(data, size + 65536);
		must(data, "there is memory");
		size += fread(data + size, 1, 65536, in);
	}
	fclose(in);
	fuzz_one((const unsigned char *)data, size);
	free(data);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		struct dirent *entry;
		char path[4096];

		while (folder && (entry = readdir(folder))) {
			snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
			if (entry->d_name[0] != '.')
				replay(path);
		}
		if (folder)
			closedir(folder);
	}
	return 0;
}
