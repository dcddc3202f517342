package finder

import (
	"encoding/hex"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
)

// namer knows the names behind the ids of occurrences.
type namer struct {
	account     string
	assessments map[string]*assess.Shown
	// domain names the domain of a control; nil: it is not known.
	domain func(*assess.Definition) string
}

// needs are the columns of an occurrence that a name follows from.
func needs(name string) []string {
	switch name {
	case "evidenceId":
		return []string{oID}
	case "evidenceFolderId":
		return []string{oAssessment, oControlSet, oControl, oDay}
	case "controlName", "controlDomainName", "description":
		return []string{oAssessment, oControl}
	}
	return []string{oAssessment}
}

// name is the name that follows from the texts of needs.
func (n *namer) name(which string, of []string) string {
	switch which {
	case "evidenceId":
		return uuidOf(of[0])
	case "evidenceFolderId":
		return assess.FolderKey{Owner: n.account, Assessment: of[0], Set: of[1], Control: of[2], Day: of[3]}.ID()
	}
	a := n.assessments[of[0]]
	if a == nil {
		return ""
	}
	switch which {
	case "controlName":
		return a.Controls[of[1]].Name
	case "description":
		return a.Controls[of[1]].Description
	case "controlDomainName":
		d, ok := a.Controls[of[1]]
		if n.domain == nil || !ok {
			return ""
		}
		return n.domain(&d)
	case "frameworkName":
		return a.Assessment.Framework.Name
	case "frameworkId":
		return a.Assessment.Framework.ID
	case "assessmentName":
		return a.Assessment.Name
	}
	return ""
}

func uuidOf(b string) string {
	x := hex.EncodeToString([]byte(b))
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// rawID is an id of evidence as it is stored; ids are written in lower case.
func rawID(id string) (string, bool) {
	b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return string(b), err == nil && len(b) == 16 && uuidOf(string(b)) == id
}
