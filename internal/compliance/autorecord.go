package compliance

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// KeepRecorders gives the recorders of an account by region. Where there is none one is made, which records everything
// from now on: what is collected of a real account is recorded without anybody setting up AWS Config here first. Such a
// recorder has no delivery channel, so that nothing is delivered; PutDeliveryChannel adds one. A recorder that somebody
// has made, changed or stopped stays as it is.
func (p *Program) KeepRecorders(ctx context.Context, account string, regions []string, role string) (map[string]Recorder, error) {
	var have map[string]Recorder
	missing := false
	look := func(tx Tx) error {
		have, missing = map[string]Recorder{}, false
		for _, region := range regions {
			d, err := recorders.Get(tx, account, region, recorderID)
			switch {
			case fault.KindOf(err) == fault.NotFound:
				missing = true
			case err != nil:
				return err
			default:
				have[region] = d.Value
			}
		}
		return nil
	}
	if err := p.store.Read(ctx, look); err != nil || !missing {
		return have, err
	}
	id := p.shortID(16)
	err := p.write(ctx, func(tx Tx) error {
		if err := look(tx); err != nil {
			return err
		}
		for _, region := range regions {
			if _, ok := have[region]; ok {
				continue
			}
			r := ownRecorder(tx, Place{Account: account, Region: region}, role, id)
			if err := recorders.Insert(tx, account, region, recorderID, r.Name, r); err != nil {
				return err
			}
			have[region] = r
		}
		return nil
	})
	return have, err
}

func ownRecorder(tx Tx, at Place, role, id string) Recorder {
	if role == "" {
		role = serviceRole(at, "AWSServiceRoleForConfig")
	}
	return Recorder{
		Name: "default", ARN: arn.New("config", at.Region, at.Account, "configuration-recorder/default/"+id), RoleARN: role,
		Group: RecordingGroup{AllSupported: true, IncludeGlobal: true, Strategy: AllTypes}, Mode: RecordingMode{Frequency: Continuous},
		Status: RecorderStatus{Recording: true, Started: tx.Now(), Changed: tx.Now(), LastStatus: "Success"},
	}
}
