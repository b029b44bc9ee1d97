// An API of net/http behind the middleware.
package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"

	"judge/scopegate"
)

func main() {
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		headers := [][2]string{}
		for name, values := range r.Header {
			for _, value := range values {
				headers = append(headers, [2]string{strings.ToLower(name), value})
			}
		}
		line, _ := json.Marshal(map[string]any{
			"method": r.Method, "uri": r.URL.RequestURI(), "headers": headers, "body": string(body),
		})
		file, err := os.OpenFile(os.Getenv("SEEN"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		file.Write(append(line, '\n'))
		file.Close()
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, "{}")
	})
	guarded := scopegate.Before(api, os.Getenv("DECIDE"), os.Getenv("CLIENT"), os.Getenv("SECRET"))
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), guarded))
}
