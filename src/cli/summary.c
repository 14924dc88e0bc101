#include "cli/summary.h"

#include <stdio.h>

/* "1,234,567"; the text lives in `text`. */
static const char *grouped(uint64_t number, char text[32])
{
    char digits[24];
    const int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    char *at = text;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return text;
}

/* "; 12 bad": only what happened is told. */
static void tell(const char *before, uint64_t number, const char *what)
{
    char text[32];
    if (number > 0)
        fprintf(stderr, "%s%s%s", before, grouped(number, text), what);
}

/* The word for a number of things. */
static const char *of(uint64_t number, const char *one, const char *several)
{
    return number == 1 ? one : several;
}

static void print_stories(const sst_summary *summary)
{
    char text[32];
    fprintf(stderr, "stories     %s", grouped(summary->stories, text));
    tell("; ", summary->bad, of(summary->bad, " bad record", " bad records"));
    tell("; ", summary->repeated, " repeated");
    tell("; ", summary->superseded, " superseded");
    tell("; ", summary->headlines,
         of(summary->headlines, " headline without text", " headlines without text"));
    tell("; ", summary->empty, " empty");
    tell("; ", summary->undated, " without a usable date");
    fputc('\n', stderr);
}

static void print_candidates(const sst_summary *summary)
{
    char text[32];
    fprintf(stderr, "candidates  %s from bands", grouped(summary->candidates, text));
    tell(", ", summary->sampled_candidates, " from sampled shingles");
    tell("; ", summary->verified, " verified");
    tell("; ", summary->aligned, " aligned");
    fputc('\n', stderr);
    if (summary->capped_buckets > 0) {
        fprintf(stderr, "caps        %s %s cut", grouped(summary->capped_buckets, text),
                of(summary->capped_buckets, "bucket was", "buckets were"));
        fprintf(stderr, "; the largest held %s stories\n",
                grouped(summary->largest_bucket, text));
    }
}

static void print_relations(const sst_summary *summary)
{
    const char *between = "";
    char text[32];
    fputs("pairs       ", stderr);
    for (int relation = 0; relation < SST_RELATION_DISTINCT; relation++) {
        if (summary->pairs[relation] == 0)
            continue;
        fprintf(stderr, "%s%s %s", between, grouped(summary->pairs[relation], text),
                sst_relation_name((sst_relation)relation));
        between = ", ";
    }
    fputs(between[0] == '\0' ? "none" : "", stderr);
    tell("; ", summary->unjudged,
         of(summary->unjudged, " more changes no cluster", " more change no cluster"));
    fputc('\n', stderr);
}

static void print_clusters(const sst_summary *summary)
{
    char text[32];
    fprintf(stderr, "clusters    %s", grouped(summary->clusters, text));
    tell(" with ", summary->clustered_stories, " stories");
    tell("; the largest has ", summary->largest_cluster, "");
    fputc('\n', stderr);
}

static void print_times(const sst_summary *summary)
{
    char text[32];
    fprintf(stderr,
            "seconds     read %.2f, bands %.2f, samples %.2f, verify %.2f, judge %.2f, ",
            summary->seconds_read, summary->seconds_bands, summary->seconds_samples,
            summary->seconds_verify, summary->seconds_judge);
    fprintf(stderr, "cluster %.2f, write %.2f\n", summary->seconds_cluster,
            summary->seconds_write);
    fprintf(stderr, "reading     parse %.2f, clean %.2f, tokenise %.2f, sketch %.2f ",
            summary->cpu_parse, summary->cpu_clean, summary->cpu_tokenise,
            summary->cpu_sketch);
    fputs("thread seconds\n", stderr);
    if (summary->spilled_bytes > 0)
        fprintf(stderr, "spilled     %s bytes\n", grouped(summary->spilled_bytes, text));
}

void cli_summary_print(const sst_summary *summary, bool matched)
{
    print_stories(summary);
    if (!matched)
        return;
    print_candidates(summary);
    print_relations(summary);
    print_clusters(summary);
    print_times(summary);
}
