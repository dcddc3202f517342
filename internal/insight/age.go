package insight

import "context"

// age packs old counts in longer steps, and removes those nobody can ask for any more; once an hour.
func (w *Worker) age(ctx context.Context, now Minute) error {
	if now < w.aged+hour {
		return nil
	}
	for _, pass := range []func(Tx) (int, error){
		func(tx Tx) (int, error) { return tx.ForgetInsights((now - KeepHours).day(), page) },
		func(tx Tx) (int, error) { return tx.CoarsenInsights((now - KeepFives).day(), hour, page) },
		func(tx Tx) (int, error) { return tx.CoarsenInsights((now - KeepMinutes).day(), 5, page) },
	} {
		for n := page; n == page; {
			err := w.Store.Write(ctx, func(tx Tx) (err error) {
				n, err = pass(tx)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	w.aged = now
	w.forget()
	w.late = false
	return nil
}
