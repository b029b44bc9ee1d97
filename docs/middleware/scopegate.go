// Package scopegate asks Scopegate before each call of an API: see docs/decide.md.
package scopegate

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

type answer struct {
	Decision string
	Identity map[string]string
	Status   int
	Headers  map[string]string
	Body     string
}

var client = &http.Client{
	Timeout:       5 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("redirected") },
}

// Before lets calls go on to next that Scopegate permits. decide is the address to ask at; id and secret
// are those of the API's resource server.
func Before(next http.Handler, decide, id, secret string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told, err := ask(r, decide, id, secret)
		switch {
		case err == nil && told.Decision == "permit":
			for name := range r.Header {
				if strings.HasPrefix(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "scopegate-") {
					delete(r.Header, name)
				}
			}
			for name, value := range told.Identity {
				r.Header.Set("Scopegate-"+strings.ReplaceAll(name, "_", "-"), value)
			}
			next.ServeHTTP(w, r)
		case err == nil && told.Decision == "deny":
			for name, value := range told.Headers {
				w.Header().Set(name, value)
			}
			w.WriteHeader(told.Status)
			io.WriteString(w, told.Body)
		default: // Whatever is not a decision is a denial.
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Access cannot be checked just now.", http.StatusServiceUnavailable)
		}
	})
}

func ask(r *http.Request, decide, id, secret string) (told answer, err error) {
	headers := map[string][]string{"host": {r.Host}}
	for name, values := range r.Header {
		for _, value := range values {
			characters := make([]rune, len(value)) // A character for each byte.
			for at := 0; at < len(value); at++ {
				characters[at] = rune(value[at])
			}
			headers[name] = append(headers[name], string(characters))
		}
	}
	text, err := body(r)
	if err != nil {
		return told, err
	}
	// The address as it arrived: r.URL has it decoded.
	question, err := json.Marshal(map[string]any{
		"method": r.Method, "target": r.RequestURI, "headers": headers, "body": text,
	})
	if err != nil {
		return told, err
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, decide, bytes.NewReader(question))
	if err != nil {
		return told, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	response, err := client.Do(request)
	if err != nil {
		return told, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return told, errors.New(response.Status)
	}
	err = json.NewDecoder(response.Body).Decode(&told)
	return told, err
}

// The text that a rule may depend on; nil hides it. Whoever reads the body later finds it there.
func body(r *http.Request) (*string, error) {
	isJSON := strings.Contains(strings.ToLower(strings.Join(r.Header.Values("Content-Type"), ",")), "json")
	if !isJSON || r.ContentLength < 1 || r.ContentLength > 1<<20 {
		return nil, nil
	}
	read, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(read))
	if !utf8.Valid(read) {
		return nil, nil
	}
	text := string(read)
	return &text, nil
}
