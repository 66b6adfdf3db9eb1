package server

import (
	"encoding/xml"
	"fmt"
	"net/http"
)

// maxFormBody bounds what is read of a request to another AWS service.
const maxFormBody = 64 << 10

// otherServices answers what clients ask of other AWS services on the same
// endpoint: GetCallerIdentity, which infrastructure tools ask first. Anything
// else gets an error that says what is served.
func (s *Server) otherServices() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service := scopeOf(r).Service
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBody)
		if service == "sts" && r.FormValue("Action") == "GetCallerIdentity" {
			s.callerIdentity(w, r)
			return
		}
		writeError(w, http.StatusNotImplemented, "NotImplementedException",
			fmt.Sprintf("poterne serves Amazon API Gateway REST APIs; the request is signed for %q. Point that service's endpoint elsewhere.", service))
	})
}

type callerIdentityResponse struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	Result  struct {
		Arn, UserId, Account string
	} `xml:"GetCallerIdentityResult"`
	Metadata struct{ RequestId string } `xml:"ResponseMetadata"`
}

func (s *Server) callerIdentity(w http.ResponseWriter, r *http.Request) {
	var answer callerIdentityResponse
	answer.Result.Account = s.config.Account
	answer.Result.Arn = "arn:aws:iam::" + s.config.Account + ":root"
	answer.Result.UserId = s.config.Account
	answer.Metadata.RequestId = newRequestID()
	w.Header().Set("Content-Type", "text/xml")
	if err := xml.NewEncoder(w).Encode(answer); err != nil {
		s.log.Debug("answer GetCallerIdentity", "error", err, "remote", r.RemoteAddr)
	}
}
