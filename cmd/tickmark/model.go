package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tickmark/tickmark/models"
)

func (p *program) modelCommand() *cobra.Command {
	var install bool
	var dir string
	cmd := &cobra.Command{
		Use:   "model",
		Short: "Print the service model of Tickmark's own API, or install it for the aws command",
		Long: `Model prints the model of Tickmark's own API in the format of botocore. With --install it is written where the aws
command and boto3 look for models, so that 'aws tickmark ...' and boto3.client('tickmark') work.`,
		Example: "  tickmark model --install\n  aws tickmark get-assessment-sources --assessment-id 019bc186-de00-7000-8000-00000000000b",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !install {
				_, err := p.out.Write(models.Tickmark)
				return err
			}
			return p.installModel(dir)
		},
	}
	cmd.Flags().BoolVar(&install, "install", false, "write it into the folder of models")
	cmd.Flags().StringVar(&dir, "dir", "", "folder of models; empty means ~/.aws/models, which the aws command reads by itself")
	return cmd
}

// installModel writes the model as botocore looks for it: SERVICE/VERSION/service-2.json.
func (p *program) installModel(dir string) error {
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return fmt.Errorf("find ~/.aws/models, name a folder with --dir: %w", err)
		}
		dir = filepath.Join(home, ".aws", "models")
	}
	file := filepath.Join(dir, "tickmark", models.TickmarkVersion, "service-2.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, models.Tickmark, 0o644); err != nil {
		return err
	}
	fmt.Fprintln(p.out, file)
	return nil
}
