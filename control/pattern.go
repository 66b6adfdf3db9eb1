package control

import "regexp"

// compileJava says whether pattern is a regular expression as Java reads it.
func compileJava(pattern string) error {
	_, err := regexp.Compile(pattern)
	return err
}
