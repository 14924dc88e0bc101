/* Runs a fuzz target over the committed corpus, so that every input that once mattered is part
 * of the ordinary test run. Usage: replay FOLDER. A folder without inputs fails. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    /* An exact allocation lets the address sanitizer see a read behind the end. */
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    int result = -1;
    if (data != NULL && size >= 0 && fread(data, 1, (size_t)size, file) == (size_t)size)
        result = LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    fclose(file);
    return result;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (folder == NULL) {
        fprintf(stderr, "usage: replay FOLDER (an existing one)\n");
        return 2;
    }
    unsigned count = 0, failed = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (replay_file(argv[1], entry->d_name) != 0) {
            fprintf(stderr, "failed: %s/%s\n", argv[1], entry->d_name);
            failed++;
        }
    }
    closedir(folder);
    printf("%u inputs replayed, %u failed\n", count, failed);
    return count == 0 || failed != 0;
}
