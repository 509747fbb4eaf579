package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/spec/certificate"
	"github.com/fukusen/fukusen/spec/wire"
)

// CountersignCertificate signs that a certificate about this node was shown to
// it (REQ-CERT-001). Nothing is kept: whoever holds the record key was there.
func (s *Server) CountersignCertificate(c echo.Context, _ wire.CountersignCertificateParams) error {
	text := string(bodyOf(c))
	if _, err := certificate.Open(text, s.Self, s.Clock()); err != nil {
		return err
	}
	token, err := s.Countersign(text)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, jose, []byte(token))
}
