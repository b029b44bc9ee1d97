// Go: url.ParseQuery as a handler meets it, and encoding/json into a struct and a map.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"strings"
)

const other = "(no text)"

type seen map[string][]string

type hook struct {
	Callback *struct {
		Event *string `json:"event"`
	} `json:"callback"`
}

func query(text string) []seen {
	// Handlers use r.URL.Query(), which leaves out what it cannot read.
	values, _ := url.ParseQuery(text)
	way := seen{}
	for _, name := range []string{"kind", "entity_type", "expand"} {
		all := append(append([]string{}, values[name]...), values[name+"[]"]...)
		if len(all) > 0 {
			way[name] = all
		}
	}
	return []seen{way}
}

func ofStruct(read hook) seen {
	way := seen{}
	if read.Callback != nil && read.Callback.Event != nil {
		way["event"] = []string{*read.Callback.Event}
	}
	return way
}

func body(text []byte) []seen {
	ways := []seen{}
	var whole hook
	if json.Unmarshal(text, &whole) == nil {
		ways = append(ways, ofStruct(whole))
	}
	// As many handlers do it: whatever stands behind the first value is not read.
	var first hook
	if json.NewDecoder(bytes.NewReader(text)).Decode(&first) == nil {
		ways = append(ways, ofStruct(first))
	}
	var loose map[string]any
	if json.Unmarshal(text, &loose) == nil {
		way := seen{}
		if callback, ok := loose["callback"].(map[string]any); ok {
			if event, ok := callback["event"]; ok {
				if text, ok := event.(string); ok {
					way["event"] = []string{text}
				} else {
					way["event"] = []string{other}
				}
			}
		}
		ways = append(ways, way)
	}
	return ways
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		kind, hexadecimal, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		text, err := hex.DecodeString(hexadecimal)
		if err != nil {
			panic(err)
		}
		if kind == "q" {
			err = encoder.Encode(query(string(text)))
		} else {
			err = encoder.Encode(body(text))
		}
		if err != nil {
			panic(err)
		}
	}
}
