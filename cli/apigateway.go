package cli

import (
	"fmt"
	"io"
	"runtime"

	"github.com/poterne/poterne/cli/awscli"
	"github.com/spf13/cobra"
)

// newApigateway is the place of `poterne apigateway` in poterne's help. Main
// hands such command lines over before cobra reads them: they are the AWS
// CLI's, whose options may stand anywhere.
func newApigateway() *cobra.Command {
	return &cobra.Command{
		Use:   awscli.Service + " OPERATION …",
		Short: "The AWS CLI's `aws apigateway`, against poterne or AWS",
		Long: `Apigateway has the operations of the AWS CLI's "aws apigateway", with its
options, output and exit codes. "poterne apigateway help" lists them.`,
		Example: `  poterne apigateway get-rest-apis
  poterne apigateway put-integration help
  poterne apigateway --endpoint-url http://localhost:4566 create-rest-api --name demo`,
		DisableFlagParsing: true,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			found, files := awscli.Complete(cmd.Context(), args, word)
			if files {
				return found, cobra.ShellCompDirectiveDefault
			}
			return found, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

func apigateway(in io.Reader, out, err io.Writer) *awscli.CLI {
	return &awscli.CLI{Out: out, Err: err, Terminal: isTerminal(out), Prompt: askOn(in, err),
		Version: fmt.Sprintf("poterne/%s %s/%s", versionText(), runtime.GOOS, runtime.GOARCH)}
}
