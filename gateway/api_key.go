package gateway

// checkAPIKey lets nobody through: usage plans are not served yet, and a method
// that requires a key must not answer without one.
func checkAPIKey(*Invocation) error {
	return &failure{kind: invalidAPIKey, note: noteNoKey, details: [2]string{"usage plans are not served by this version of poterne"}}
}
