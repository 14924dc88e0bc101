// Drives the Debian package golang-github-ekzhu-minhash-lsh-dev: signatures of 128 values, an
// index with a threshold that picks its own bands, union-find over what queries return.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	minhashlsh "github.com/ekzhu/minhash-lsh"
)

type story struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Shingles []string `json:"shingles"`
}

type unionFind []int

func (u unionFind) find(x int) int {
	for u[x] != x {
		u[x] = u[u[x]]
		x = u[x]
	}
	return x
}

func (u unionFind) union(a, b int) {
	a, b = u.find(a), u.find(b)
	if a < b {
		u[b] = a
	} else {
		u[a] = b
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Ids, and the tokens of each story: words, or shingles.
func read(path string, level bool) (ids []string, tokens [][][]byte) {
	file, err := os.Open(path)
	must(err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<28)
	for lines.Scan() {
		var s story
		must(json.Unmarshal(lines.Bytes(), &s))
		var set [][]byte
		for _, shingle := range s.Shingles {
			token, err := hex.DecodeString(shingle)
			must(err)
			set = append(set, token)
		}
		if !level {
			for _, word := range strings.Fields(s.Text) {
				set = append(set, []byte(word))
			}
		}
		if len(set) > 0 {
			ids = append(ids, s.ID)
			tokens = append(tokens, set)
		}
	}
	must(lines.Err())
	return ids, tokens
}

// The index whose own choice for some threshold is `bands` of `rows`.
func indexWith(bands, rows int) *minhashlsh.MinhashLSH {
	for threshold := 0.05; threshold < 0.95; threshold += 0.01 {
		index := minhashlsh.NewMinhashLSH(128, threshold)
		if k, l := index.Params(); k == rows && l == bands {
			return index
		}
	}
	must(fmt.Errorf("no threshold gives %d x %d", bands, rows))
	return nil
}

func jaccardAtLeast(a, b [][]byte, threshold float64) bool {
	set := make(map[string]bool, len(a))
	for _, token := range a {
		set[string(token)] = true
	}
	shared := 0
	for _, token := range b {
		if set[string(token)] {
			shared++
		}
	}
	return float64(shared) >= threshold*float64(len(a)+len(b)-shared)
}

func memory() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func main() {
	level, source, target := os.Args[1] == "level", os.Args[2], os.Args[3]
	steps, begin := map[string]float64{}, time.Now()
	lap := func(name string) {
		steps[name] = time.Since(begin).Seconds()
		begin = time.Now()
	}
	ids, tokens := read(source, level)
	lap("read")

	// user code
	signatures := make([][]uint64, len(ids))
	for i, set := range tokens {
		sketch := minhashlsh.NewMinhash(1, 128)
		for _, token := range set {
			sketch.Push(token)
		}
		signatures[i] = sketch.Signature()
	}
	lap("sketch")
	before := memory()
	begin = time.Now()
	index := minhashlsh.NewMinhashLSH(128, 0.5)
	if level {
		index = indexWith(42, 3)
	}
	for i, signature := range signatures {
		index.Add(i, signature)
	}
	index.Index()
	lap("index")
	indexBytes := int64(memory()) - int64(before)
	begin = time.Now()
	clusters := make(unionFind, len(ids))
	for i := range clusters {
		clusters[i] = i
	}
	var pairs [][2]int
	for i, signature := range signatures {
		for _, other := range index.Query(signature) {
			if other.(int) < i {
				pairs = append(pairs, [2]int{i, other.(int)})
			}
		}
	}
	lap("query")
	for _, pair := range pairs {
		if !level || jaccardAtLeast(tokens[pair[0]], tokens[pair[1]], 0.5) {
			clusters.union(pair[0], pair[1])
		}
	}
	lap("verify")
	// end

	out, err := os.Create(target)
	must(err)
	buffer := bufio.NewWriter(out)
	for i, id := range ids {
		fmt.Fprintf(buffer, "%s\t%d\n", id, clusters.find(i))
	}
	must(buffer.Flush())
	must(out.Close())
	k, l := index.Params()
	kind := "words, not verified"
	if level {
		kind = "3-shingles, exact Jaccard .5"
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"steps": steps, "index_bytes": indexBytes,
		"parameters": fmt.Sprintf("%s, 128 hashes, %d x %d", kind, l, k)}))
}
