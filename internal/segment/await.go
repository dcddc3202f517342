package segment

import "context"

// Head implements trail.Store.
func (s *Store) Head(context.Context) (int64, error) {
	s.view.RLock()
	defer s.view.RUnlock()
	return s.head, nil
}

// Await implements trail.Store.
func (s *Store) Await(ctx context.Context, after int64) error {
	for {
		s.view.RLock()
		head, moved := s.head, s.moved
		s.view.RUnlock()
		if head > after {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
