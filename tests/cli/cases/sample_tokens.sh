# What is compared, for the first story of each script.
"$samestory" tokens -q "$sample/news.jsonl" 2>/dev/null >tokens
for id in bn-bagar-1 hi-tower-1 ar-barqiya-1 ru-krachka-1 th-rongrian-1 zh-lanche-1 \
    ja-tosho-1 ko-gongwon-1 ta-meen-1 el-reuma-1 tr-zeytin-3 vi-song-3 de-wetter-1; do
    grep "\"id\":\"$id\"" tokens | cut -c 1-400
done
"$samestory" tokens --shingles 3 -q "$sample/news.jsonl" 2>/dev/null |
    grep '"id":"bn-bagar-1"'
