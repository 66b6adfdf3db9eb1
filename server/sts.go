package server

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"

	"github.com/poterne/poterne/iam"
	"github.com/poterne/poterne/wire/restjson"
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
		body, err := io.ReadAll(r.Body)
		if err != nil {
			writeError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "the request is longer than poterne reads for another service")
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		identity, err := s.whoSigned(r, body, service)
		if err != nil {
			code, message := refusalOf(err)
			writeError(w, http.StatusForbidden, code, message)
			return
		}
		if service == "sts" && r.FormValue("Action") == "GetCallerIdentity" {
			s.callerIdentity(w, r, identity)
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

func (s *Server) callerIdentity(w http.ResponseWriter, r *http.Request, caller *iam.Identity) {
	var answer callerIdentityResponse
	answer.Result.Account, answer.Result.Arn, answer.Result.UserId = caller.Account, caller.ARN, caller.Id
	answer.Metadata.RequestId = restjson.NewRequestId()
	w.Header().Set("Content-Type", "text/xml")
	if err := xml.NewEncoder(w).Encode(answer); err != nil {
		s.log.Debug("answer GetCallerIdentity", "error", err, "remote", r.RemoteAddr)
	}
}
