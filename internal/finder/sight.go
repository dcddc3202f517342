package finder

import "slices"

// Sight is what somebody may see of an account's evidence.
type Sight struct {
	// All: every assessment of the account.
	All bool `json:"all,omitempty"`
	// Assessments are those that are seen otherwise, with the control sets; no set at all means every one.
	Assessments map[string][]string `json:"assessments,omitempty"`
}

// shows tells whether evidence of an assessment and control set is seen.
func (s *Sight) shows(assessment, set string) bool {
	if s.All {
		return true
	}
	sets, ok := s.Assessments[assessment]
	return ok && (len(sets) == 0 || slices.Contains(sets, set))
}

// Covers tells whether all that another sight shows is seen.
func (s *Sight) Covers(o *Sight) bool {
	if s.All {
		return true
	}
	if o.All {
		return false
	}
	for id, sets := range o.Assessments {
		mine, ok := s.Assessments[id]
		switch {
		case !ok, len(mine) > 0 && len(sets) == 0:
			return false
		case len(mine) == 0:
			continue
		}
		for _, set := range sets {
			if !slices.Contains(mine, set) {
				return false
			}
		}
	}
	return true
}
