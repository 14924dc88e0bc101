# A raw page: the story, its teasers and credit; every line explained.
cat >page.txt <<'END'
Council turns old mill into a library

The council of Port Ellis decided on Monday evening, after a long debate, that the old mill by the
river will become a library with a reading room for children. The work begins in spring.
It will cost four million crowns, said the mayor, Ines Calder, of which the region pays one half.
Source: Harbour Post

Related
Otter moves into the fountain of the parliament
Otter moves into the fountain of the parliament
An otter has moved into the fountain, and the water has been switched off so that it can sleep.
Read more
END
"$samestory" split -q page.txt
"$samestory" split -q --explain page.txt
"$samestory" cluster -q --format page page.txt
exec 2>&1
: >empty.txt
expect_status 0 "$samestory" split -q empty.txt
expect_status 4 "$samestory" split -q missing.txt
# Standard input and pipes are pages, or JSON lines, as files are.
"$samestory" split -q page.txt | sed 's/page\.txt/-/g' >expected
"$samestory" split -q - <page.txt | cmp - expected && echo 'the same from standard input'
printf '\357\273\277' | cat - page.txt | "$samestory" split -q - | cmp - expected
mkfifo pipe
cat page.txt >pipe &
"$samestory" split -q pipe | sed 's/"pipe/"-/g' | cmp - expected && echo 'and from a pipe'
gzip -c page.txt | "$samestory" split -q - | cmp - expected && echo 'and packed'
{
    cat <<'END'

{"id": "a", "page": "One story\n\nThe council of Port Ellis decided on Monday evening that it will."}
no JSON
{"id": "b", "text": "no page"}
END
    echo "{\"id\": \"long\", \"page\": \"$(seq 3000 | tr '\n' ' ')\"}"
    printf '{"id": "c", "page": "Another\\n\\nThe mayor of Port Ellis said on Tuesday that it will not."}'
} >pages.jsonl
expect_status 3 "$samestory" split -q --max-record 4000 --rejects rejects pages.jsonl >lines
cut -c 1-40 lines
cut -c 1-30 rejects
expect_status 3 "$samestory" split -q --max-record 4000 - <pages.jsonl >from_stdin
cmp lines from_stdin && echo 'and lines'
expect_status 3 "$samestory" split -q --max-record 300 - <page.txt
printf 'Caf\351\n' | expect_status 3 "$samestory" split -q -
expect_status 0 "$samestory" split -q - </dev/null
# What breaks off is a bad record, whatever it would be.
gzip -c page.txt | head -c 300 >page.gz
gzip -c page.txt | head -c 12 >stub.gz
gzip -c pages.jsonl | head -c 1000 >lines.gz
expect_status 3 "$samestory" split -q page.gz stub.gz lines.gz page.txt | tail -n 2 | cut -c 1-60
expect_status 3 "$samestory" split -q - <page.gz
expect_status 4 "$samestory" split -q . page.txt
