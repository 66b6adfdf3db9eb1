package javatext

import "testing"

// The texts are those of JDK 17.
func TestBase64Decode(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "YQ": "a", "YQ==": "a", "YR==": "a", "YWI=": "ab", "YWI": "ab", "YWJj": "abc",
		"Y":        "! Input byte[] should at least have 2 bytes for base64 bytes",
		"YQ=":      "! Input byte array has wrong 4-byte ending unit",
		"YQ=x":     "! Input byte array has wrong 4-byte ending unit",
		"====":     "! Input byte array has wrong 4-byte ending unit",
		"YQ===":    "! Input byte array has incorrect ending byte at 4",
		"YQ==YQ==": "! Input byte array has incorrect ending byte at 4",
		"YWI==":    "! Input byte array has incorrect ending byte at 4",
		"YWJjZ":    "! Last unit does not have enough valid bits",
		"Y===":     "! Last unit does not have enough valid bits",
		"YQ\n":     "! Illegal base64 character a",
		"YW_j":     "! Illegal base64 character 5f",
		"YWé":      "! Illegal base64 character -17",
		"YW€":      "! Illegal base64 character 3f",
	} {
		if got := outcome(Base64Decode(in)); got != want {
			t.Errorf("Base64Decode(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestURLDecode(t *testing.T) {
	for in, want := range map[string]string{
		"a+b%20%C3%A9": "a b é", "%+1": "\x01", "%-0": "\x00", "%E9x": "\uFFFDx",
		"%":    "! URLDecoder: Incomplete trailing escape (%) pattern",
		"a%4":  "! URLDecoder: Incomplete trailing escape (%) pattern",
		"%41%": "! URLDecoder: Incomplete trailing escape (%) pattern",
		"%-1":  "! URLDecoder: Illegal hex characters in escape (%) pattern - negative value",
		"%zz":  `! URLDecoder: Illegal hex characters in escape (%) pattern - For input string: "zz"`,
		"%1_":  `! URLDecoder: Illegal hex characters in escape (%) pattern - For input string: "1_"`,
	} {
		if got := outcome(URLDecode(in)); got != want {
			t.Errorf("URLDecode(%q) = %q, want %q", in, got, want)
		}
	}
}

// outcome is what a function answers; an error is "! " and its text.
func outcome[T ~string | ~[]byte](v T, err error) string {
	if err != nil {
		return "! " + err.Error()
	}
	return string(v)
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"YQ==", "YQ===", "Y", "é=", "%C3%A9+", "%-1", "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := Base64Decode(s); err == nil {
			if _, err := Base64Decode(s + "x="); err == nil && len(s)%4 == 0 {
				t.Errorf("Base64Decode(%q) takes what follows", s+"x=")
			}
		}
		if plain, err := URLDecode(URLEncode(s)); err != nil || plain != Encode(s) && plain != DecodeUTF8([]byte(Encode(s))) {
			t.Errorf("URLDecode(URLEncode(%q)) = %q, %v", s, plain, err)
		}
		_, _ = URLDecode(s) // an answer or an error
	})
}
