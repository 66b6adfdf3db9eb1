package gateway

// A bodyModel is the Model that the body of a content type must fit.
type bodyModel struct{}

func (c *compiler) bodyModels(map[string]string) []bodyModel { return nil }

func (inv *Invocation) checkBody([]bodyModel) error { return nil }
