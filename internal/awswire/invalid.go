package awswire

import "strings"

// invalid is the service's answer to an input that breaks constraints.
func (s *Service) invalid(op *Operation, list []violation) *Error {
	e := &Error{Code: s.invalidCode(op), Message: message(list)}
	s.addFields(e, list)
	return e
}

// refuseInput is invalid with the code that the service's own table has for the first member at fault.
func (b *bound) refuseInput(op *Operation, list []violation) *Error {
	e := b.invalid(op, list)
	member, _, _ := strings.Cut(list[0].path, ".")
	for of, code := range b.invalidCodes {
		if strings.EqualFold(of, op.Name+"."+member) {
			e.Code = code
		}
	}
	return e
}

// invalidCode is the code for a broken constraint: of the candidates the first that the operation, else the service,
// declares. Organizations has a code of its own.
func (s *Service) invalidCode(op *Operation) string {
	candidates := []string{"ValidationException", "InvalidInputException", "InvalidParameter"}
	switch {
	case s.Protocol == Query && s.lookup("InvalidParameter") == nil:
		return "ValidationError"
	case s.Protocol == Query:
		return "InvalidParameter"
	case s.Protocol == JSON && s.Name != "organizations":
		return candidates[0]
	}
	for _, code := range candidates {
		for _, i := range op.Errors {
			if s.Errors[i].Name == code {
				return code
			}
		}
	}
	return candidates[0]
}

// reasons are how Organizations names broken constraints; other services know one word for all of them.
var reasons = map[rule]string{
	ruleRequired: "INPUT_REQUIRED", ruleMinLength: "MIN_LENGTH_EXCEEDED", ruleMaxLength: "MAX_LENGTH_EXCEEDED",
	ruleMin: "MIN_VALUE_EXCEEDED", ruleMax: "MAX_VALUE_EXCEEDED", rulePattern: "INVALID_PATTERN", ruleEnum: "INVALID_ENUM",
}

// addFields fills the members "reason" and "fields" of the error's shape, where it has them.
func (s *Service) addFields(e *Error, list []violation) {
	s.addReason(e, "fieldValidationFailed", reasons[list[0].rule])
	shape := s.lookup(e.Code)
	if shape == nil {
		return
	}
	for _, m := range shape.Members {
		var fields []map[string]string
		switch m.Name {
		case "fields", "fieldList":
			for _, v := range list {
				fields = append(fields, map[string]string{"name": v.path, "message": v.text})
			}
		case "Fields":
			for _, v := range list {
				fields = append(fields, map[string]string{"Name": v.path, "Message": v.text})
			}
		default:
			continue
		}
		e.With(m.Name, fields)
	}
}

// addReason sets the member "reason" to the first of the wanted values that the error's shape allows, whatever its
// spelling (fieldValidationFailed, FIELD_VALIDATION_FAILED).
func (s *Service) addReason(e *Error, wanted ...string) {
	shape := s.lookup(e.Code)
	if shape == nil {
		return
	}
	plain := func(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }
	for _, m := range shape.Members {
		if !strings.EqualFold(m.Name, "reason") {
			continue
		}
		for _, want := range wanted {
			for _, have := range m.Enum {
				if want != "" && plain(want) == plain(have) {
					e.With(m.Name, have)
					return
				}
			}
		}
	}
}

// unreadable is the answer to an input that cannot be decoded. Services whose ValidationException knows the reason
// cannotParse say that, the others have a code for it.
func (s *Service) unreadable(bad *badInput) *Error {
	e := &Error{Code: "ValidationException", Message: bad.Error()}
	s.addReason(e, "cannotParse")
	if e.Fields != nil {
		return e
	}
	e.Code = "SerializationException"
	if s.Protocol == Query {
		e.Code = "MalformedInput"
	}
	return e
}
